import { Button, Grid, GridItem, PageSection } from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import type { Tenant } from '../../api/types';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { Panel } from '../../components/Facts';
import { Gauge } from '../../components/Gauge';
import { HealthLabel } from '../../components/HealthLabel';
import { LinkButton } from '../../components/LinkButton';
import { PageHead } from '../../components/PageHead';
import { Loading, NotFound, Refused } from '../../components/States';
import { conditionOf } from '../../lib/health';
import { useOne } from '../../lib/live';
import { remove } from '../../lib/resources';
import { useSession } from '../../lib/session';
import { Members } from './Members';
import { gaugesOf } from './quota';
import { TenantForm } from './TenantForm';

export default function TenantPage(): ReactNode {
  const { name = '' } = useParams();
  const { session } = useSession();
  const { object: tenant, live } = useOne<Tenant>({ plural: 'tenants' }, name);
  const [deleting, setDeleting] = useState(false);
  if (live.phase === 'refused') return <Refused alone message={live.error?.message ?? ''} />;
  if (tenant === undefined) return <Loading what={`Loading tenant ${name}`} />;
  if (tenant === null) return <NotFound what={`Tenant ${name}`} />;
  const admin = session?.platformAdmin ?? false;
  const going = Boolean(tenant.metadata.deletionTimestamp);
  return (
    <>
      <PageHead title={name} lead={tenant.spec.displayName} trail={[{ to: '/tenants', label: 'Tenants' }]}
        beside={going ? <HealthLabel health="deleting">Terminating: {conditionOf(tenant, 'Ready')?.message}</HealthLabel> : undefined}
        actions={<><LinkButton variant="secondary" to={`/clusters?tenant=${name}`}>Its clusters</LinkButton>{' '}{admin && <Button variant="danger" onClick={() => setDeleting(true)} isDisabled={going}>Delete</Button>}</>} />
      <PageSection isFilled aria-label={`Tenant ${name}`}>
        <Grid hasGutter>
          <GridItem lg={5}><Panel title="Use and quota">{gaugesOf(tenant).map((gauge) => <Gauge key={gauge.label} {...gauge} />)}</Panel></GridItem>
          <GridItem lg={7}><Members tenant={name} /></GridItem>
          {admin && <GridItem><Panel title="Settings"><TenantForm key={tenant.metadata.generation} tenant={tenant} onDone={() => undefined} /></Panel></GridItem>}
        </Grid>
      </PageSection>
      {deleting && <DeleteTenant tenant={tenant} onClose={() => setDeleting(false)} />}
    </>
  );
}

function DeleteTenant({ tenant, onClose }: { tenant: Tenant; onClose: () => void }): ReactNode {
  const { name } = tenant.metadata;
  const navigate = useNavigate();
  const deletion = useMutation({ mutationFn: () => remove('tenants', tenant), onSuccess: () => { onClose(); void navigate('/tenants'); } });
  return (
    <ConfirmDialog title={`Delete tenant ${name}?`} action="Delete the tenant" doing={deletion} onClose={onClose} typed={name}>
      Its members lose their way in, and everything in it is deleted: clusters, networks, addresses, storage. There is no way back.
    </ConfirmDialog>
  );
}
