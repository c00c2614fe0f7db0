import { Label } from '@patternfly/react-core';
import { CheckCircleIcon } from '@patternfly/react-icons/dist/esm/icons/check-circle-icon';
import { ExclamationTriangleIcon } from '@patternfly/react-icons/dist/esm/icons/exclamation-triangle-icon';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Provider, Row } from '../../api/types';
import { Panel } from '../../components/Facts';
import { HealthLabel } from '../../components/HealthLabel';
import { conditionOf, type Verdict } from '../../lib/health';
import { words } from '../cluster/Attention';

export interface Judged {
  row: Row;
  verdict: Verdict;
}

const MOST = 6;
const WHO = { you: 'you', operator: 'the operator', nobody: 'Slipway' };

/** What does not get on, and who has to act: blocked first, then failing, providers before all. */
export function AttentionList({ clusters, complete, providers }: { clusters: Judged[]; complete: boolean; providers: Provider[] }): ReactNode {
  const order = { blocked: 0, failing: 1 } as const;
  const bad = clusters
    .filter(({ verdict }) => verdict.health in order)
    .sort((one, other) => order[one.verdict.health as 'blocked'] - order[other.verdict.health as 'blocked']);
  const away = providers.filter((provider) => conditionOf(provider, 'Ready')?.status === 'False');
  const rest = bad.length - MOST;
  return (
    <Panel title="Needs attention">
      {bad.length + away.length === 0 && (
        <p className="sw-calm-state">{complete ? <><CheckCircleIcon className="sw-good" /> Everything is as declared, or on its way.</> : 'Looking…'}</p>
      )}
      <ul className="sw-attention">
        {away.map((provider) => (
          <li key={provider.metadata.uid}>
            <Label isCompact color="red" icon={<ExclamationTriangleIcon />}>Provider</Label>
            <Link to={`/providers/${provider.metadata.name}`}>{provider.metadata.name}</Link>
            <span className="sw-attention__why">{conditionOf(provider, 'Ready')?.message}</span>
            <span className="sw-subtle">acts: the operator</span>
          </li>
        ))}
        {bad.slice(0, MOST).map(({ row: { metadata }, verdict }) => (
          <li key={`${metadata.namespace} ${metadata.name}`}>
            <HealthLabel health={verdict.health} />
            <span><Link to={`/clusters/${metadata.namespace}/${metadata.name}`}>{metadata.name}</Link> <span className="sw-subtle">{metadata.namespace}</span></span>
            <span className="sw-attention__why"><strong>{words(verdict.reason)}</strong> {verdict.message}</span>
            <span className="sw-subtle">acts: {WHO[verdict.who]}</span>
          </li>
        ))}
      </ul>
      {rest > 0 && <p className="sw-gap-above"><Link to="/clusters?sort=health&order=asc">and {rest.toLocaleString('en')} more</Link></p>}
    </Panel>
  );
}
