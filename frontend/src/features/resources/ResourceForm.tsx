import { ActionGroup, Button, Form, PageSection } from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import type { Provider } from '../../api/types';
import { Command } from '../../components/Command';
import { Failure } from '../../components/Failure';
import { Panel } from '../../components/Facts';
import { ChoiceField, TextField } from '../../components/Fields';
import { LinkButton } from '../../components/LinkButton';
import { PageHead } from '../../components/PageHead';
import { Empty } from '../../components/States';
import { useTenants } from '../../components/TenantSwitch';
import { useLive } from '../../lib/live';
import { create, manifest } from '../../lib/resources';
import { useSession } from '../../lib/session';
import { useTenant } from '../../lib/tenant';
import type { ResourceKind } from './kinds';

export default function ResourceForm({ kind }: { kind: ResourceKind }): ReactNode {
  const { may } = useSession();
  const tenants = useTenants().map(({ metadata }) => metadata.name).filter((name) => may('operator', name));
  const providers = useLive<Provider>({ plural: 'providers' }).items;
  const [params] = useSearchParams();
  const [chosen] = useTenant();
  const [given, setGiven] = useState<Record<string, string>>({ name: params.get('name') ?? '' });
  const navigate = useNavigate();
  const tenant = given.tenant ?? (tenants.includes(chosen) ? chosen : (tenants[0] ?? ''));
  const name = given.name ?? '';
  const set = (key: string) => (value: string) => { creation.reset(); setGiven({ ...given, [key]: value }); };
  const creation = useMutation({
    mutationFn: () => {
      const fields = [...kind.fields, { name: 'provider', list: false }].filter((field) => given[field.name]);
      const spec = Object.fromEntries(fields.map((field) => [field.name, field.list ? (given[field.name] ?? '').split(/[,\s]+/) : given[field.name]]));
      return create(kind.plural, tenant, manifest(kind.kind, { name, namespace: tenant, spec }));
    },
    onSuccess: () => void navigate(`/${kind.plural}?tenant=${tenant}`),
  });
  const fields = ['metadata.name', 'spec.provider', ...kind.fields.map((field) => `spec.${field.name}`)];
  const options = [...kind.fields, { name: 'provider' }].filter((field) => given[field.name]).map((field) => `--${field.name} ${given[field.name]}`);
  return (
    <>
      <PageHead title={`Create ${kind.one}`} trail={[{ to: `/${kind.plural}`, label: kind.title }]} lead={kind.lead} />
      <PageSection isFilled aria-label={`New ${kind.one}`}>
        {tenants.length === 0 ? <Empty title="You may not create one">You need the role operator in a tenant.</Empty> : (
          <Panel title="What you want">
            <Form className="sw-fields" onSubmit={(event) => { event.preventDefault(); creation.mutate(); }} aria-label={`New ${kind.one}`}>
              <Failure error={creation.error} shown={fields} />
              {tenants.length > 1 && <ChoiceField label="Tenant" value={tenant} options={tenants.map((each) => ({ value: each, label: each }))} onChange={set('tenant')} />}
              <TextField label="Name" value={name} onChange={set('name')} error={creation.error} field="metadata.name" />
              {kind.fields.map((field) => (
                <TextField key={field.name} label={field.label} hint={field.hint} placeholder={field.placeholder} value={given[field.name] ?? ''} onChange={set(field.name)} error={creation.error} field={`spec.${field.name}`} />
              ))}
              {providers.length > 1 && (
                <ChoiceField label="Provider" value={given.provider ?? ''} onChange={set('provider')} error={creation.error} field="spec.provider"
                  options={[{ value: '', label: 'the tenant’s default' }, ...providers.map(({ metadata, spec }) => ({ value: metadata.name, label: metadata.name, description: spec.driver }))]} />
              )}
              <Command line={['slipway', kind.kind.toLowerCase(), 'create', name || 'NAME', '-n', tenant, ...options].join(' ')} />
              <ActionGroup>
                <Button type="submit" isLoading={creation.isPending} isDisabled={creation.isPending || !name}>Create {kind.one}</Button>
                <LinkButton variant="link" to={`/${kind.plural}`}>Cancel</LinkButton>
              </ActionGroup>
            </Form>
          </Panel>
        )}
      </PageSection>
    </>
  );
}
