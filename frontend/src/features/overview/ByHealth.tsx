import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Panel } from '../../components/Facts';
import { HEALTHS, type Health } from '../../lib/health';
import type { Judged } from './AttentionList';

const RADIUS = 62;
const AROUND = 2 * Math.PI * RADIUS;

/** A ring of all clusters by health; the legend leads to the list. */
export function ByHealth({ clusters }: { clusters: Judged[] }): ReactNode {
  const counts = new Map<Health, number>();
  for (const { verdict } of clusters) counts.set(verdict.health, (counts.get(verdict.health) ?? 0) + 1);
  const parts = HEALTHS.map(({ health, label }) => ({ health, label, count: counts.get(health) ?? 0 })).filter(({ count }) => count > 0);
  const total = clusters.length;
  const starts = parts.map((_, index) => parts.slice(0, index).reduce((sum, { count }) => sum + count, 0));
  return (
    <Panel title="Clusters">
      <div className="sw-ring">
        <svg viewBox="0 0 160 160" width={160} height={160} role="img" aria-label={`${total} clusters: ${parts.map(({ label, count }) => `${count} ${label.toLowerCase()}`).join(', ')}`}>
          <circle cx={80} cy={80} r={RADIUS} className="sw-ring__track" />
          {parts.map(({ health, count }, index) => (
            <circle key={health} cx={80} cy={80} r={RADIUS} className={`sw-ring__part sw-colour--${health}`} transform={`rotate(${-90 + ((starts[index] ?? 0) / total) * 360} 80 80)`} strokeDasharray={`${Math.max(1, (count / total) * AROUND - (parts.length > 1 ? 2 : 0))} ${AROUND}`} />
          ))}
          <text x={80} y={78} className="sw-ring__total">{total.toLocaleString('en')}</text>
          <text x={80} y={98} className="sw-ring__unit">{total === 1 ? 'cluster' : 'clusters'}</text>
        </svg>
        <ul className="sw-legend">
          {parts.map(({ health, label, count }) => (
            <li key={health}><span className={`sw-dot sw-colour--${health}`} /><Link to={`/clusters?health=${health}`}>{label}</Link><span className="sw-number">{count.toLocaleString('en')}</span></li>
          ))}
        </ul>
      </div>
    </Panel>
  );
}
