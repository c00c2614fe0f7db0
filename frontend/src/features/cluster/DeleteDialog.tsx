import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router';
import type { Cluster } from '../../api/types';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { remove } from '../../lib/resources';
import { rememberLedger } from './LedgerView';

export function DeleteDialog({ cluster, onClose }: { cluster: Cluster; onClose: () => void }): ReactNode {
  const { namespace, name } = cluster.metadata;
  const navigate = useNavigate();
  const deletion = useMutation({
    mutationFn: async () => {
      await rememberLedger(cluster);
      return remove('clusters', cluster);
    },
    onSuccess: () => {
      onClose();
      void navigate(`/clusters/${namespace}/${name}/ledger`);
    },
  });
  return (
    <ConfirmDialog title={`Delete ${name}?`} action="Delete the cluster" doing={deletion} onClose={onClose} typed={name}>
      Its machines, its own network and its own address are deleted, and everything stored on them. Networks, addresses and storage pools that it
      only borrowed stay. There is no way back.
    </ConfirmDialog>
  );
}
