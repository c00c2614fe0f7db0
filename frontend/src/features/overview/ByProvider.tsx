import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Provider } from '../../api/types';
import { Panel } from '../../components/Facts';
import { type Health, HEALTHS } from '../../lib/health';
import type { Judged } from './AttentionList';

interface Share {
  name: string;
  clusters: number;
  nodes: number;
  byHealth: Map<Health, number>;
}

/** How many clusters and nodes each provider carries, and how they are. */
export function ByProvider({ clusters, providers }: { clusters: Judged[]; providers: Provider[] }): ReactNode {
  const shares = new Map<string, Share>(providers.map(({ metadata: { name } }) => [name, { name, clusters: 0, nodes: 0, byHealth: new Map() }]));
  for (const { row, verdict } of clusters) {
    const name = String(row.cells.Provider ?? '');
    const share = shares.get(name) ?? { name, clusters: 0, nodes: 0, byHealth: new Map<Health, number>() };
    share.clusters += 1;
    share.nodes += Number(String(row.cells.Nodes ?? '').split('/')[1] ?? 0);
    share.byHealth.set(verdict.health, (share.byHealth.get(verdict.health) ?? 0) + 1);
    shares.set(name, share);
  }
  const largest = Math.max(1, ...[...shares.values()].map((share) => share.clusters));
  return (
    <Panel title="By provider">
      {shares.size === 0 && <p className="sw-subtle">No provider yet.</p>}
      <ul className="sw-bars">
        {[...shares.values()].sort((one, other) => other.clusters - one.clusters).map((share) => (
          <li key={share.name}>
            <div className="sw-row"><Link to={`/providers/${share.name}`}>{share.name}</Link><span className="sw-subtle">{share.clusters.toLocaleString('en')} clusters, {share.nodes.toLocaleString('en')} nodes</span></div>
            <div className="sw-bar" role="img" aria-label={`${share.name}: ${inWords(share)}`}>
              {HEALTHS.map(({ health }) => (share.byHealth.get(health) ? <span key={health} className={`sw-colour--${health}`} style={{ width: `${((share.byHealth.get(health) ?? 0) / largest) * 100}%` }} /> : null))}
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function inWords({ byHealth }: Share): string {
  return HEALTHS.filter(({ health }) => byHealth.get(health)).map(({ health, plural }) => `${byHealth.get(health)} ${plural}`).join(', ') || 'no cluster';
}
