import { Label } from '@patternfly/react-core';
import { type ReactNode, useMemo } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import type { Run } from '../../api/types';
import { Ago } from '../../components/Ago';
import { Panel } from '../../components/Facts';
import { LogView } from '../../components/LogView';
import { Empty, Loading } from '../../components/States';
import { useLive } from '../../lib/live';
import { duration } from '../../lib/time';
import { partsOf, useCluster } from './context';

const COLOR: Record<string, 'blue' | 'green' | 'red' | 'orange' | 'grey'> = { Running: 'blue', Succeeded: 'green', Failed: 'red', Interrupted: 'orange' };

/** Every Ansible execution, and the log of the one that is looked at: the latest, if none is chosen. */
export default function RunsTab(): ReactNode {
  const cluster = useCluster();
  const { run: chosen } = useParams();
  const navigate = useNavigate();
  const { items, complete } = useLive<Run>(partsOf(cluster, 'runs'));
  const runs = useMemo(() => [...items].sort((one, other) => when(other).localeCompare(when(one))), [items]);
  if (runs.length === 0) return complete ? <Empty title="No run yet">Playbooks run once the machines are there.</Empty> : <Loading what="Loading runs" />;
  const shown = runs.find(({ metadata }) => metadata.name === chosen) ?? runs[0];
  const root = `/clusters/${cluster.metadata.namespace}/${cluster.metadata.name}/runs`;
  return (
    <div className="sw-runs">
      <Panel title="Runs">
        <ul className="sw-run-list">
          {runs.map((run) => (
            <li key={run.metadata.uid}>
              <Link to={`${root}/${run.metadata.name}`} className={run === shown ? 'sw-run sw-run--current' : 'sw-run'} aria-current={run === shown ? 'true' : undefined}>
                <span className="sw-row"><strong>{run.spec.playbook.replaceAll('_', ' ')}</strong><Label isCompact color={COLOR[run.status?.phase ?? ''] ?? 'grey'}>{run.status?.phase || 'Due'}</Label></span>
                <span className="sw-subtle">{machines(run)}{run.status?.finishedAt ? ` · ${duration(run.status.seconds ?? 0)}` : ''} · {run.metadata.creationTimestamp && <Plain at={run.metadata.creationTimestamp} />}</span>
              </Link>
            </li>
          ))}
        </ul>
      </Panel>
      {shown && (
        <Panel title={`Log of ${shown.metadata.name}`} className="sw-log-panel">
          {shown.status?.message && <p className="sw-quote">{shown.status.machine && <strong>{shown.status.machine}: </strong>}{shown.status.message}</p>}
          <LogView key={shown.metadata.uid} run={shown} onGone={() => void navigate(root)} />
        </Panel>
      )}
    </div>
  );
}

function when({ metadata }: Run): string {
  return `${metadata.creationTimestamp} ${metadata.resourceVersion?.padStart(12, '0')}`;
}

function machines({ spec }: Run): string {
  const names = spec.machines ?? [];
  return names.length === 0 ? 'all machines' : names.length === 1 ? (names[0] ?? '') : `${names.length} machines`;
}

function Plain({ at }: { at: string }): ReactNode {
  return <Ago at={at} />;
}
