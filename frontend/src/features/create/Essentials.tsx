import { FormGroup } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import type { Release, Tenant } from '../../api/types';
import { ChoiceField, TextField } from '../../components/Fields';
import { type Draft, SIZES, sizeOf } from './draft';

export interface FormPart {
  draft: Draft;
  set: (change: Partial<Draft>) => void;
  error: unknown;
}

export function Essentials({ draft, set, error, tenants, releases }: FormPart & { tenants: Tenant[]; releases: Release[] }): ReactNode {
  return (
    <>
      {tenants.length > 1 && (
        <ChoiceField label="Tenant" value={draft.tenant} onChange={(tenant) => set({ tenant, network: '', floatingIP: '', storagePools: [] })}
          options={tenants.map(({ metadata, spec }) => ({ value: metadata.name, label: metadata.name, description: spec.displayName }))} />
      )}
      <TextField label="Name" value={draft.name} onChange={(name) => set({ name })} error={error} field="metadata.name" />
      <Sizes draft={draft} set={set} />
      <ChoiceField label="Kubernetes version" value={draft.version} onChange={(version) => set({ version })} error={error} field="spec.version"
        options={releases.map(({ spec, status }) => ({
          value: spec.version, label: spec.version,
          description: [spec.default ? 'default' : '', status?.bundle === 'Missing' ? 'its bundle is not built yet' : '', spec.supportedUntil && `supported until ${spec.supportedUntil}`].filter(Boolean).join(', '),
        }))} />
    </>
  );
}

function Sizes({ draft, set }: Pick<FormPart, 'draft' | 'set'>): ReactNode {
  const size = sizeOf(draft);
  return (
    <FormGroup label="Size" role="radiogroup" fieldId="size">
      <div className="sw-sizes">
        {SIZES.map(({ value, label, description, controlPlanes, workers }) => (
          <label key={value} className={size === value ? 'sw-size sw-size--chosen' : 'sw-size'}>
            <input type="radio" name="size" value={value} checked={size === value} onChange={() => set({ controlPlanes, workers })} />
            <strong>{label}</strong>
            <span className="sw-subtle">{description}</span>
          </label>
        ))}
      </div>
      {size === 'own' && <p className="sw-subtle">A size of your own: {draft.controlPlanes} control planes, {draft.workers} workers.</p>}
    </FormGroup>
  );
}
