import { Button, Content, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Cluster } from '../../api/types';
import { Command } from '../../components/Command';
import { Failure } from '../../components/Failure';
import { ChoiceField } from '../../components/Fields';
import { json } from '../../lib/http';
import { pathOf } from '../../lib/resources';
import { exact } from '../../lib/time';
import { download } from '../../lib/download';

const LIVES = [{ value: '1h', label: 'one hour' }, { value: '8h', label: 'eight hours' }, { value: '24h', label: 'a day' }];

interface Kubeconfig {
  kubeconfig: object;
  expirationTimestamp: string;
}

export function ConnectDialog({ cluster, onClose }: { cluster: Cluster; onClose: () => void }): ReactNode {
  const { namespace = '', name } = cluster.metadata;
  const [ttl, setTtl] = useState('8h');
  const issue = useMutation({
    mutationFn: () => json<Kubeconfig>(pathOf('clusters', namespace, name, 'kubeconfig'), { method: 'POST', body: { ttl } }),
    onSuccess: async ({ kubeconfig }) => {
      const { stringify } = await import('yaml');
      download(`${name}.kubeconfig`, stringify(kubeconfig), 'application/yaml');
    },
  });
  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-label={`Connect to ${name}`}>
      <ModalHeader title={`Connect to ${name}`} description="A kubeconfig of your own: it carries your role and ends by itself." />
      <ModalBody>
        <Failure error={issue.error} title="No kubeconfig" />
        <ChoiceField label="Valid for" value={ttl} options={LIVES} onChange={setTtl} />
        <div className="sw-gap-above">
          <Button onClick={() => issue.mutate()} isLoading={issue.isPending} isDisabled={issue.isPending}>Download kubeconfig</Button>
        </div>
        {issue.data && (
          <div role="status" className="sw-gap-above">
            <Content component="p">Valid until {exact(issue.data.expirationTimestamp)}. Use it so:</Content>
            <Command line={`kubectl --kubeconfig ${name}.kubeconfig get nodes`} />
          </div>
        )}
        <Content component="p" className="sw-gap-above">Or with the command, which adds a context to ~/.kube/config:</Content>
        <Command line={`slipway cluster kubeconfig ${name} -n ${namespace}`} />
      </ModalBody>
      <ModalFooter>
        <Button variant="link" onClick={onClose}>Close</Button>
      </ModalFooter>
    </Modal>
  );
}
