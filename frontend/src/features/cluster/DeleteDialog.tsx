import { Button, Content, Form, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useNavigate } from 'react-router';
import type { Cluster } from '../../api/types';
import { Failure } from '../../components/Failure';
import { TextField } from '../../components/Fields';
import { remove } from '../../lib/resources';
import { rememberLedger } from './LedgerView';

export function DeleteDialog({ cluster, onClose }: { cluster: Cluster; onClose: () => void }): ReactNode {
  const { namespace, name } = cluster.metadata;
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
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
    <Modal isOpen variant="small" onClose={onClose} aria-label={`Delete ${name}`}>
      <ModalHeader title={`Delete ${name}?`} titleIconVariant="danger" />
      <ModalBody>
        <Content component="p">
          Its machines, its own network and its own address are deleted, and everything stored on them. Networks, addresses and storage pools that it
          only borrowed stay. There is no way back.
        </Content>
        <Form id="delete-form" onSubmit={(event) => { event.preventDefault(); if (typed === name) deletion.mutate(); }}>
          <TextField label={`Type ${name} to go on`} value={typed} onChange={setTyped} />
          <Failure error={deletion.error} />
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button variant="danger" type="submit" form="delete-form" isDisabled={typed !== name || deletion.isPending} isLoading={deletion.isPending}>Delete the cluster</Button>
        <Button variant="link" onClick={onClose}>Keep it</Button>
      </ModalFooter>
    </Modal>
  );
}
