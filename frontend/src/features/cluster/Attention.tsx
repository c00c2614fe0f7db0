import { Alert, AlertActionLink, PageSection } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router';
import type { Cluster } from '../../api/types';
import { healthOf, type Verdict } from '../../lib/health';
import { useSession } from '../../lib/session';

const WHO = { you: 'You can mend it.', operator: 'The operator of the platform has to mend it.', nobody: 'Slipway tries again by itself.' };

interface Way {
  label: string;
  to: string;
}

/** Why the cluster does not get on, in the foreign system's own words, and the ways out. */
export function Attention({ cluster, onDelete }: { cluster: Cluster; onDelete: (() => void) | undefined }): ReactNode {
  const verdict = healthOf(cluster);
  const { session } = useSession();
  const navigate = useNavigate();
  if (verdict.health !== 'blocked' && verdict.health !== 'failing') return null;
  const ways = waysOut(cluster, verdict, session?.platformAdmin ?? false);
  return (
    <PageSection aria-label="What needs attention">
      <Alert
        isInline
        variant={verdict.health === 'blocked' ? 'warning' : 'danger'}
        component="h2"
        title={`${verdict.health === 'blocked' ? 'Blocked' : 'Not as declared'}: ${words(verdict.reason)}`}
        actionLinks={
          <>
            {ways.map(({ label, to }) => (
              <AlertActionLink key={label} onClick={() => void navigate(to)}>{label}</AlertActionLink>
            ))}
            {onDelete && <AlertActionLink onClick={onDelete}>Delete the cluster</AlertActionLink>}
          </>
        }
      >
        <p className="sw-quote">{verdict.message}</p>
        {!verdict.message.includes('mend it') && <p>{WHO[verdict.who]}</p>}
      </Alert>
    </PageSection>
  );
}

/** QuotaExceeded → quota exceeded */
export function words(reason: string): string {
  return reason.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/\b([A-Z])(?=[a-z])/g, (letter) => letter.toLowerCase());
}

function waysOut({ metadata, spec, status }: Cluster, { reason }: Verdict, admin: boolean): Way[] {
  const root = `/clusters/${metadata.namespace}/${metadata.name}`;
  const pools = { label: 'Ask for fewer or smaller machines', to: `${root}/nodepools` };
  const edit = { label: 'Edit the cluster', to: `${root}/yaml` };
  const runs = { label: 'Read the log of the last run', to: `${root}/runs` };
  const provider = admin ? [{ label: `Look at provider ${spec.provider}`, to: `/providers/${spec.provider}` }] : [];
  switch (reason) {
    case 'QuotaExceeded':
    case 'NoCapacity':
      return [pools, ...(admin ? [{ label: 'Change the quota', to: `/tenants/${metadata.namespace}` }] : []), ...provider];
    case 'RunFailed':
      return [runs, { label: 'Look at the machines', to: `${root}/machines` }];
    case 'BundleMissing':
    case 'ReleaseNotOffered':
      return [{ label: 'See the releases', to: '/releases' }, edit];
    case 'NetworkNotFound':
      return [{ label: `Create network ${spec.network}`, to: `/networks/new?name=${spec.network}` }, edit];
    case 'StoragePoolNotFound':
      return [{ label: 'Create the storage pool', to: '/storagepools/new' }, edit];
    case 'FloatingIPNotFound':
    case 'FloatingIPInUse':
      return [{ label: 'See the floating IPs', to: '/floatingips' }, edit];
    default:
      return [...(status?.initialized ? [{ label: 'Look at the machines', to: `${root}/machines` }] : [runs]), ...provider, { label: 'See the events', to: `${root}/events` }];
  }
}
