import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Tenant } from '../../api/types';
import { Panel } from '../../components/Facts';
import { Gauge } from '../../components/Gauge';
import { gaugesOf } from '../tenants/quota';

const MOST = 4;

/** The tenants that are nearest to a limit, each with what is scarcest. */
export function TenantUse({ tenants }: { tenants: Tenant[] }): ReactNode {
  const scarce = tenants
    .map((tenant) => ({ tenant, gauges: gaugesOf(tenant).sort((one, other) => other.share - one.share) }))
    .sort((one, other) => (other.gauges[0]?.share ?? 0) - (one.gauges[0]?.share ?? 0));
  const single = scarce.length === 1;
  return (
    <Panel title={single ? 'Use and quota' : 'Tenants, the fullest first'}>
      {scarce.length === 0 && <p className="sw-subtle">No tenant yet.</p>}
      {scarce.slice(0, MOST).map(({ tenant, gauges }) => (
        <div key={tenant.metadata.uid} className="sw-gap-below-small">
          <Link to={`/tenants/${tenant.metadata.name}`}>{tenant.spec.displayName || tenant.metadata.name}</Link>
          {gauges.slice(0, single ? 6 : 2).map((gauge) => <Gauge key={gauge.label} {...gauge} />)}
        </div>
      ))}
    </Panel>
  );
}
