import type { ReactNode } from 'react';

interface GaugeProps {
  label: string;
  used: number;
  more?: number; // what would be taken besides
  limit: number; // 0: no limit, then there is no bar
  text: string;
}

/** How much of a limit is taken. */
export function Gauge({ label, used, more = 0, limit, text }: GaugeProps): ReactNode {
  const share = (amount: number): string => `${limit > 0 ? Math.min(100, (amount / limit) * 100) : 0}%`;
  const over = used + more > limit;
  return (
    <div className="sw-gauge">
      <div className="sw-row"><span>{label}</span><span className="sw-subtle">{text}</span></div>
      {limit > 0 && (
        <div className={over ? 'sw-gauge__bar sw-gauge__bar--over' : 'sw-gauge__bar'} role="meter" aria-label={label} aria-valuemin={0} aria-valuemax={limit} aria-valuenow={Math.min(limit, used + more)} aria-valuetext={text}>
          <span className="sw-gauge__used" style={{ width: share(used) }} />
          <span className="sw-gauge__more" style={{ width: share(more) }} />
        </div>
      )}
    </div>
  );
}
