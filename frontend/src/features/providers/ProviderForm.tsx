import { ActionGroup, Button, ExpandableSection, Form } from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Driver, Provider } from '../../api/types';
import { Failure } from '../../components/Failure';
import { ChoiceField, complaint, TextField } from '../../components/Fields';
import { Loading } from '../../components/States';
import { useLive } from '../../lib/live';
import { create, manifest, patch } from '../../lib/resources';
import { SettingField } from './SettingField';
import { type Setting, settingsOf, type SettingsSchema, specOf, typedOf } from './settings';

const WHAT: Record<string, string> = {
  openstack: 'a cloud, or a region of one', local: 'this machine: containers as machines, for trying', fake: 'simulated machines', baremetal: 'hosts reached by SSH',
};
const FIRST = 8; // settings shown before the rest is folded

/** For a new provider, or one that is there: its name and driver stay. The fields are what the driver declares. */
export function ProviderForm({ provider, onDone }: { provider?: Provider; onDone: (name: string) => void }): ReactNode {
  const drivers = useLive<Driver>({ plural: 'drivers' });
  const [name, setName] = useState(provider?.metadata.name ?? '');
  const [chosen, setDriver] = useState(provider?.spec.driver ?? '');
  const [typed, setTyped] = useState<Record<string, string>>(() => typedOf(provider?.spec.settings));
  const driver = drivers.items.find(({ metadata }) => metadata.name === chosen);
  const settings = driver ? settingsOf(driver.spec.settings as SettingsSchema) : [];
  const saving = useMutation({
    mutationFn: () => {
      const spec = specOf(settings, typed);
      if (!provider) return create<Provider>('providers', '', manifest('Provider', { name, spec: { driver: chosen, ...spec } }));
      const cleared = Object.fromEntries(Object.keys(provider.spec.settings ?? {}).map((key) => [key, null]));
      return patch<Provider>('providers', '', name, { spec: { settings: { ...cleared, ...spec.settings }, ...(Object.keys(spec.secrets).length > 0 ? { secrets: spec.secrets } : {}) } });
    },
    onSuccess: () => onDone(name),
  });
  if (!drivers.complete) return <Loading what="Looking at the drivers" />;
  const set = (setting: Setting) => (value: string) => { saving.reset(); setTyped({ ...typed, [setting.name]: value }); };
  const shown = ['metadata.name', 'spec.driver', ...settings.map((setting) => `spec.settings.${setting.name}`)];
  const fields = (some: Setting[]): ReactNode => some.map((setting) => (
    <SettingField key={setting.name} setting={setting} value={typed[setting.name] ?? ''} onChange={set(setting)} error={saving.error} kept={provider !== undefined} />
  ));
  const rest = settings.slice(FIRST);
  return (
    <Form className="sw-fields" onSubmit={(event) => { event.preventDefault(); saving.mutate(); }} aria-label={provider ? 'Provider' : 'New provider'}>
      <Failure error={saving.error} shown={shown} />
      {!provider && (
        <>
          <TextField label="Name" value={name} onChange={setName} error={saving.error} field="metadata.name" />
          <ChoiceField label="Driver" value={chosen} onChange={setDriver} error={saving.error} field="spec.driver" hint="The code that speaks to it."
            options={[...(chosen ? [] : [{ value: '', label: 'choose one' }]), ...drivers.items.map(({ metadata }) => ({ value: metadata.name, label: metadata.name, description: WHAT[metadata.name] }))]} />
        </>
      )}
      {fields(settings.slice(0, FIRST))}
      {rest.length > 0 && (
        <ExpandableSection toggleText={`${rest.length} more settings, all with defaults`} isIndented {...(rest.some((setting) => complaint(saving.error, `spec.settings.${setting.name}`)) ? { isExpanded: true } : {})}>
          <div className="sw-form">{fields(rest)}</div>
        </ExpandableSection>
      )}
      <ActionGroup>
        <Button type="submit" isLoading={saving.isPending} isDisabled={saving.isPending || !name || !driver}>{provider ? 'Save and test' : 'Add and test'}</Button>
      </ActionGroup>
    </Form>
  );
}
