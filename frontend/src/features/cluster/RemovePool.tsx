import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { TrashIcon } from '@patternfly/react-icons/dist/esm/icons/trash-icon';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { NodePool } from '../../api/types';
import { Failure } from '../../components/Failure';
import { remove } from '../../lib/resources';

export function RemovePool({ pool }: { pool: NodePool }): ReactNode {
  const [open, setOpen] = useState(false);
  const { name } = pool.metadata;
  const deletion = useMutation({ mutationFn: () => remove('nodepools', pool), onSuccess: () => setOpen(false) });
  return (
    <>
      <Button variant="plain" icon={<TrashIcon />} aria-label={`Delete node pool ${name}`} onClick={() => setOpen(true)} isDisabled={Boolean(pool.metadata.deletionTimestamp)} />
      <Modal isOpen={open} variant="small" onClose={() => setOpen(false)} aria-label={`Delete node pool ${name}`}>
        <ModalHeader title={`Delete node pool ${name}?`} titleIconVariant="warning" />
        <ModalBody>
          Its {pool.spec.replicas} nodes are drained, then their machines are deleted. Pods move to other pools if there is room.
          <Failure error={deletion.error} />
        </ModalBody>
        <ModalFooter>
          <Button variant="danger" onClick={() => deletion.mutate()} isLoading={deletion.isPending}>Delete the pool</Button>
          <Button variant="link" onClick={() => setOpen(false)}>Keep it</Button>
        </ModalFooter>
      </Modal>
    </>
  );
}
