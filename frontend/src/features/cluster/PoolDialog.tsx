import { Button, Form, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Cluster } from '../../api/types';
import { Failure } from '../../components/Failure';
import { NumberField, TextField } from '../../components/Fields';
import { create, manifest } from '../../lib/resources';

const FIELDS = ['metadata.name', 'spec.replicas', 'spec.machine.cpu', 'spec.machine.memory', 'spec.machine.flavor'];

export function PoolDialog({ cluster, taken, onClose }: { cluster: Cluster; taken: string[]; onClose: () => void }): ReactNode {
  const { namespace = '', name: clusterName } = cluster.metadata;
  const [name, setName] = useState(() => freeName(clusterName, taken));
  const [replicas, setReplicas] = useState(2);
  const [machine, setMachine] = useState({ cpu: '', memory: '', flavor: '' });
  const creation = useMutation({
    mutationFn: () => {
      const shape = Object.fromEntries(Object.entries(machine).filter(([, value]) => value));
      return create('nodepools', namespace, manifest('NodePool', { name, namespace, spec: { clusterName, replicas, machine: shape } }));
    },
    onSuccess: onClose,
  });
  const error = creation.error;
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-label="Add a node pool">
      <ModalHeader title="Add a node pool" description="Workers that are alike. Only new machines are touched." />
      <ModalBody>
        <Form id="pool-form" onSubmit={(event) => { event.preventDefault(); creation.mutate(); }}>
          <Failure error={error} shown={FIELDS} title="The pool was not made" />
          <TextField label="Name" value={name} onChange={setName} error={error} field="metadata.name" />
          <NumberField label="Nodes" value={replicas} onChange={setReplicas} min={0} max={1000} error={error} field="spec.replicas" />
          <TextField label="CPU" value={machine.cpu} onChange={(cpu) => setMachine({ ...machine, cpu })} error={error} field="spec.machine.cpu" placeholder="the provider’s default" />
          <TextField label="Memory" value={machine.memory} onChange={(memory) => setMachine({ ...machine, memory })} error={error} field="spec.machine.memory" placeholder="such as 4Gi" />
          <TextField label="Flavor" value={machine.flavor} onChange={(flavor) => setMachine({ ...machine, flavor })} error={error} field="spec.machine.flavor" hint="The provider’s own name of a size, instead of CPU and memory." />
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button type="submit" form="pool-form" isLoading={creation.isPending} isDisabled={creation.isPending}>Add the pool</Button>
        <Button variant="link" onClick={onClose}>Cancel</Button>
      </ModalFooter>
    </Modal>
  );
}

function freeName(cluster: string, taken: string[]): string {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? `${cluster}-workers` : `${cluster}-workers-${number}`;
    if (!taken.includes(name)) return name;
  }
}
