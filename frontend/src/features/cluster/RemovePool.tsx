import { Button } from '@patternfly/react-core';
import { TrashIcon } from '@patternfly/react-icons/dist/esm/icons/trash-icon';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { NodePool } from '../../api/types';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { remove } from '../../lib/resources';

export function RemovePool({ pool }: { pool: NodePool }): ReactNode {
  const [open, setOpen] = useState(false);
  const { name } = pool.metadata;
  const deletion = useMutation({ mutationFn: () => remove('nodepools', pool), onSuccess: () => setOpen(false) });
  return (
    <>
      <Button variant="plain" icon={<TrashIcon />} aria-label={`Delete node pool ${name}`} onClick={() => setOpen(true)} isDisabled={Boolean(pool.metadata.deletionTimestamp)} />
      {open && (
        <ConfirmDialog title={`Delete node pool ${name}?`} action="Delete the pool" doing={deletion} onClose={() => setOpen(false)}>
          Its {pool.spec.replicas} nodes are drained, then their machines are deleted. Pods move to other pools if there is room.
        </ConfirmDialog>
      )}
    </>
  );
}
