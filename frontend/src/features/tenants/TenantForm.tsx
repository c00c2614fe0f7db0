import { ActionGroup, Button, Form } from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Provider, Tenant } from '../../api/types';
import { Failure } from '../../components/Failure';
import { ChoiceField, TextField } from '../../components/Fields';
import { useLive } from '../../lib/live';
import { create, manifest, patch } from '../../lib/resources';
import { RESOURCES } from './quota';

const HINTS: Record<string, string> = { memory: 'such as 256Gi', storage: 'such as 2Ti', cpu: 'such as 64' };
const FIELDS = ['metadata.name', 'spec.displayName', 'spec.defaultProvider', ...RESOURCES.map(({ key }) => `spec.quota.${key}`)];

/** For a new tenant, or one that is there: its name stays. */
export function TenantForm({ tenant, onDone }: { tenant?: Tenant; onDone: (name: string) => void }): ReactNode {
  const providers = useLive<Provider>({ plural: 'providers' }).items;
  const [name, setName] = useState(tenant?.metadata.name ?? '');
  const [displayName, setDisplayName] = useState(tenant?.spec.displayName ?? '');
  const [defaultProvider, setProvider] = useState(tenant?.spec.defaultProvider ?? '');
  const [quota, setQuota] = useState<Record<string, string>>(() => Object.fromEntries(RESOURCES.map(({ key }) => [key, String(tenant?.spec.quota?.[key] ?? '')])));
  const saving = useMutation({
    mutationFn: () => {
      const limits = Object.fromEntries(RESOURCES.map(({ key }) => [key, limitOf(key, quota[key] ?? '')]));
      if (tenant) return patch<Tenant>('tenants', '', name, { spec: { displayName, defaultProvider, quota: limits } });
      const given = Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== null));
      return create<Tenant>('tenants', '', manifest('Tenant', { name, spec: { displayName, defaultProvider, quota: given } }));
    },
    onSuccess: () => onDone(name),
  });
  return (
    <Form className="sw-fields" onSubmit={(event) => { event.preventDefault(); saving.mutate(); }} aria-label={tenant ? 'Tenant' : 'New tenant'}>
      <Failure error={saving.error} shown={FIELDS} />
      {!tenant && <TextField label="Name" value={name} onChange={setName} hint="Lower-case letters, digits and dashes: it is a namespace’s name, too." error={saving.error} field="metadata.name" />}
      <TextField label="Shown as" value={displayName} onChange={setDisplayName} error={saving.error} field="spec.displayName" />
      <ChoiceField label="Default provider" value={defaultProvider} onChange={setProvider} error={saving.error} field="spec.defaultProvider" hint="Of clusters, networks and pools that name none."
        options={[{ value: '', label: 'the only one there is' }, ...providers.map(({ metadata, spec }) => ({ value: metadata.name, label: metadata.name, description: spec.driver }))]} />
      <div className="sw-columns">
        {RESOURCES.map(({ key, label }) => (
          <TextField key={key} label={`${label}, at most`} placeholder={HINTS[key] ?? 'no limit'} value={quota[key] ?? ''} onChange={(value) => setQuota({ ...quota, [key]: value })} error={saving.error} field={`spec.quota.${key}`} />
        ))}
      </div>
      <ActionGroup>
        <Button type="submit" isLoading={saving.isPending} isDisabled={saving.isPending || !name}>{tenant ? 'Save' : 'Create tenant'}</Button>
      </ActionGroup>
    </Form>
  );
}

function limitOf(key: string, text: string): string | number | null {
  if (text.trim() === '') return null;
  const counted = ['clusters', 'nodes', 'floatingIPs'].includes(key) && /^\d+$/.test(text.trim());
  return counted ? Number(text) : text.trim();
}
