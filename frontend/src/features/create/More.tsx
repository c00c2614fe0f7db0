import { Checkbox, ExpandableSection, FormGroup } from '@patternfly/react-core';
import { type ReactNode, useState } from 'react';
import type { FloatingIP, Network, Provider, StoragePool } from '../../api/types';
import { ChoiceField, complaint, NumberField, TextField } from '../../components/Fields';
import { useLive } from '../../lib/live';
import type { FormPart } from './Essentials';

/** Fields that show the server's word themselves. */
export const FIELDS = [
  'metadata.name', 'spec.version', 'spec.provider', 'spec.controlPlane.replicas', 'spec.replicas', 'spec.controlPlane.machine.cpu', 'spec.machine.cpu',
  'spec.controlPlane.machine.memory', 'spec.machine.memory', 'spec.controlPlane.machine.disk', 'spec.controlPlane.machine.flavor',
  'spec.network', 'spec.endpoint.floatingIP', 'spec.podCIDR', 'spec.serviceCIDR', 'spec.storagePools',
];

const CONTROL_PLANES = [1, 3, 5].map((count) => ({ value: String(count), label: String(count) }));

/** All the rest: folded, until somebody wants it or the server complains about one of its fields. */
export function More({ draft, set, error, providers }: FormPart & { providers: Provider[] }): ReactNode {
  const [open, setOpen] = useState(false);
  const complains = FIELDS.slice(2).some((field) => complaint(error, field));
  return (
    <ExpandableSection toggleText="Machines, network, storage, add-ons" isExpanded={open || complains} onToggle={(_event, wanted) => setOpen(wanted)} isIndented>
      {(open || complains) && <Fields draft={draft} set={set} error={error} providers={providers} />}
    </ExpandableSection>
  );
}

function Fields({ draft, set, error, providers }: FormPart & { providers: Provider[] }): ReactNode {
  const within = { namespace: draft.tenant };
  const networks = useLive<Network>({ plural: 'networks', ...within });
  const addresses = useLive<FloatingIP>({ plural: 'floatingips', ...within });
  const pools = useLive<StoragePool>({ plural: 'storagepools', ...within });
  const here = (object: { spec: { provider?: string } }): boolean => !draft.provider || object.spec.provider === draft.provider;
  const own = { value: '', label: 'the cluster makes its own' };
  const text = (name: 'cpu' | 'memory' | 'disk' | 'flavor') => ({
    value: draft[name], onChange: (value: string) => set({ [name]: value }), error, field: `spec.controlPlane.machine.${name}`,
  });
  return (
    <div className="sw-form">
      <ChoiceField label="Provider" value={draft.provider} onChange={(provider) => set({ provider })} error={error} field="spec.provider"
        options={[{ value: '', label: 'the tenant’s default' }, ...providers.map(({ metadata, spec }) => ({ value: metadata.name, label: metadata.name, description: spec.driver }))]} />
      <ChoiceField label="Control planes" value={String(draft.controlPlanes)} onChange={(count) => set({ controlPlanes: Number(count) })} options={CONTROL_PLANES} error={error} field="spec.controlPlane.replicas" />
      <NumberField label="Workers" value={draft.workers} onChange={(workers) => set({ workers })} min={0} max={1000} error={error} field="spec.replicas" />
      <div className="sw-columns">
        <TextField label="CPU of each machine" placeholder="such as 2" {...text('cpu')} />
        <TextField label="Memory" placeholder="such as 4Gi" {...text('memory')} />
        <TextField label="Disk" placeholder="such as 20Gi" {...text('disk')} />
        <TextField label="Or a flavor" placeholder="the provider’s name" {...text('flavor')} />
      </div>
      <ChoiceField label="Network" value={draft.network} onChange={(network) => set({ network })} error={error} field="spec.network"
        options={[own, ...networks.items.filter(here).map(({ metadata, status }) => ({ value: metadata.name, label: metadata.name, description: status?.cidr }))]} />
      <ChoiceField label="Floating IP" value={draft.floatingIP} onChange={(floatingIP) => set({ floatingIP })} error={error} field="spec.endpoint.floatingIP"
        options={[own, ...addresses.items.filter((address) => here(address) && !address.status?.usedBy).map(({ metadata, status }) => ({ value: metadata.name, label: metadata.name, description: status?.address }))]} />
      {pools.items.length > 0 && (
        <FormGroup label="Storage pools" role="group" fieldId="pools">
          {pools.items.filter(here).map(({ metadata: { name }, spec }) => (
            <Checkbox key={name} id={`pool-${name}`} label={name} description={[spec.type, spec.capacity].filter(Boolean).join(', ')} isChecked={draft.storagePools.includes(name)}
              onChange={(_event, on) => set({ storagePools: on ? [...draft.storagePools, name] : draft.storagePools.filter((other) => other !== name) })} />
          ))}
        </FormGroup>
      )}
      <div className="sw-columns">
        <TextField label="Addresses of pods" placeholder="10.244.0.0/16" value={draft.podCIDR} onChange={(podCIDR) => set({ podCIDR })} error={error} field="spec.podCIDR" />
        <TextField label="Addresses of Services" placeholder="10.96.0.0/16" value={draft.serviceCIDR} onChange={(serviceCIDR) => set({ serviceCIDR })} error={error} field="spec.serviceCIDR" />
      </div>
      <FormGroup label="Add-ons" role="group" fieldId="addons">
        <Checkbox id="metrics-server" label="metrics-server" description="kubectl top, autoscaling, the charts of this page" isChecked={draft.metricsServer} onChange={(_event, metricsServer) => set({ metricsServer })} />
        <Checkbox id="local-path" label="Storage on the machines’ disks" description="a StorageClass that needs no storage pool" isChecked={draft.localPathStorage} onChange={(_event, localPathStorage) => set({ localPathStorage })} />
      </FormGroup>
    </div>
  );
}
