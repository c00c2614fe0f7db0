import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Machine } from '../../api/types';
import { Command } from '../../components/Command';
import { Failure } from '../../components/Failure';
import { Loading } from '../../components/States';
import { send } from '../../lib/http';
import { pathOf } from '../../lib/resources';

const EVERY_MS = 5_000; // there is nothing to watch: the provider is asked

/** The end of what a machine's console shows, newest last. */
export function ConsoleDialog({ machine: { metadata: { name, namespace = '' } }, onClose }: { machine: Machine; onClose: () => void }): ReactNode {
  const { data, error } = useQuery({
    queryKey: ['console', namespace, name],
    queryFn: async ({ signal }) => (await send(pathOf('machines', namespace, name, 'console'), { accept: 'text/plain', signal })).text(),
    refetchInterval: EVERY_MS,
    gcTime: 0,
  });
  return (
    <Modal isOpen variant="large" onClose={onClose} aria-label={`Console of ${name}`}>
      <ModalHeader title={`Console of ${name}`} description="The end of what it shows, asked of the provider every few seconds." />
      <ModalBody>
        <Failure error={error} title="The provider does not give the console" />
        {data === undefined && !error && <Loading what="Asking the provider" />}
        {data === '' && <p className="sw-subtle">It shows nothing: the machine was not made yet, or has no console.</p>}
        {data && <pre className="sw-console" role="log" tabIndex={0} aria-label={`What ${name} shows`} ref={(log) => log?.scrollTo(0, log.scrollHeight)}>{data}</pre>}
        <Command line={`slipway machines console ${name} -n ${namespace}`} />
      </ModalBody>
      <ModalFooter><Button variant="link" onClick={onClose}>Close</Button></ModalFooter>
    </Modal>
  );
}
