import { ActionGroup, Button, Form, PageSection } from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useNavigate } from 'react-router';
import type { Host, Provider } from '../../api/types';
import { Command } from '../../components/Command';
import { Failure } from '../../components/Failure';
import { Panel } from '../../components/Facts';
import { ChoiceField, TextField } from '../../components/Fields';
import { PageHead } from '../../components/PageHead';
import { useLive } from '../../lib/live';
import { create, manifest } from '../../lib/resources';

const EMPTY = { name: '', address: '', port: '22', user: 'root', failureDomain: '', provider: '', privateKey: '', sudoPassword: '' };
const FIELDS = ['metadata.name', ...['address', 'port', 'user', 'failureDomain', 'provider', 'secrets.privateKey'].map((field) => `spec.${field}`)];

export default function NewHost(): ReactNode {
  const navigate = useNavigate();
  const rooms = useLive<Provider>({ plural: 'providers' }).items.filter(({ spec }) => spec.driver === 'baremetal');
  const [given, setGiven] = useState(EMPTY);
  const adding = useMutation({ mutationFn: () => create<Host>('hosts', '', documentOf(given)), onSuccess: () => void navigate(`/hosts/${given.name}`) });
  const set = (key: keyof typeof EMPTY) => (value: string) => { adding.reset(); setGiven({ ...given, [key]: value }); };
  const text = { error: adding.error };
  return (
    <>
      <PageHead title="Add a host" trail={[{ to: '/hosts', label: 'Hosts' }]} lead="It is looked at as soon as it is added; nothing is changed on it before a cluster claims it." />
      <PageSection isFilled aria-label="New host">
        <Panel title="Where it is, and how to get in">
          <Form className="sw-fields" onSubmit={(event) => { event.preventDefault(); adding.mutate(); }} aria-label="New host">
            <Failure error={adding.error} shown={FIELDS} />
            <TextField {...text} label="Name" value={given.name} onChange={set('name')} field="metadata.name" />
            <TextField {...text} label="Address" value={given.address} onChange={set('address')} field="spec.address" hint="In the network of the other hosts; SSH answers there." />
            <TextField {...text} label="Port" value={given.port} onChange={set('port')} field="spec.port" />
            <TextField {...text} label="User" value={given.user} onChange={set('user')} field="spec.user" hint="root, or one that may use sudo." />
            <TextField {...text} label="Private key" rows={4} placeholder="-----BEGIN OPENSSH PRIVATE KEY-----" value={given.privateKey} onChange={set('privateKey')} field="spec.secrets.privateKey" hint="That the user may log in with, without passphrase. Stored encrypted, never shown again." />
            {given.user !== 'root' && <TextField {...text} type="password" label="Password for sudo" value={given.sudoPassword} onChange={set('sudoPassword')} hint="Empty: sudo asks for none." />}
            <TextField {...text} label="Failure domain" value={given.failureDomain} onChange={set('failureDomain')} field="spec.failureDomain" hint="What fails together, such as a rack: clusters are spread." />
            {rooms.length !== 1 && <ChoiceField {...text} label="Provider" value={given.provider} onChange={set('provider')} field="spec.provider" options={[{ value: '', label: 'choose one' }, ...rooms.map(({ metadata }) => ({ value: metadata.name, label: metadata.name }))]} />}
            <Command line={lineOf(given)} />
            <ActionGroup><Button type="submit" isLoading={adding.isPending} isDisabled={adding.isPending || !given.name || !given.address}>Add and look at it</Button></ActionGroup>
          </Form>
        </Panel>
      </PageSection>
    </>
  );
}

/** The command that does the same; the key stays out of it. */
function lineOf({ name, address, port, user, failureDomain, provider }: typeof EMPTY): string {
  const more = [port !== EMPTY.port && `--port ${port}`, failureDomain && `--failure-domain ${failureDomain}`, provider && `--provider ${provider}`];
  return ['slipway host add', name || 'NAME', `--address ${address || 'ADDRESS'}`, `--user ${user}`, '--key @FILE', ...more].filter(Boolean).join(' ');
}

function documentOf({ name, port, privateKey, sudoPassword, ...rest }: typeof EMPTY): object {
  const spec = Object.fromEntries(Object.entries(rest).filter(([, value]) => value.trim() !== ''));
  const number = /^\d+$/.test(port) ? Number(port) : port; // what is no number is refused at its field
  return manifest('Host', { name, spec: { ...spec, port: number, secrets: { privateKey: privateKey && `${privateKey.trim()}\n`, sudoPassword } } });
}
