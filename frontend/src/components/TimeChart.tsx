/** Lines over time. uPlot: a tenth of the weight of PatternFly's charts. Loaded when it is seen. */
import 'uplot/dist/uPlot.min.css';
import { type ReactNode, useEffect, useRef } from 'react';
import uPlot from 'uplot';

interface Series {
  name: string;
  values: (number | null)[];
}

interface Props {
  label: string;
  times: number[];
  series: Series[];
  show: (value: number) => string;
}

const HEIGHT = 260;
const HUES = [210, 150, 30, 280, 0, 180, 60, 320, 100, 240];

export default function TimeChart({ label, times, series, show }: Props): ReactNode {
  const host = useRef<HTMLDivElement>(null);
  const names = series.map(({ name }) => name).join(' ');
  const chart = useRef<uPlot | null>(null);
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const ink = getComputedStyle(element).color;
    const grid = { stroke: 'rgba(128, 128, 128, 0.18)', width: 1 };
    const plot = new uPlot(
      {
        width: element.clientWidth, height: HEIGHT,
        series: [{}, ...names.split(' ').filter(Boolean).map((name, index) => ({ label: name, stroke: `hsl(${HUES[index % HUES.length]} 65% 50%)`, width: 2, spanGaps: false, points: { show: false }, value: (_plot: uPlot, value: number | null) => (value === null ? '–' : show(value)) }))],
        axes: [{ stroke: ink, grid }, { stroke: ink, grid, size: 74, values: (_plot, values) => values.map(show) }],
        scales: { y: { range: (_plot, _least, most) => [0, most * 1.15 || 1] } },
        legend: { live: true },
      },
      [[], ...names.split(' ').filter(Boolean).map(() => [])], element,
    );
    chart.current = plot;
    const resize = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    resize.observe(element);
    return () => { resize.disconnect(); plot.destroy(); chart.current = null; };
  }, [names, show]);
  useEffect(() => {
    chart.current?.setData([times, ...series.map(({ values }) => values)]);
  }, [times, series, names]);
  const last = series.map(({ name, values }) => `${name} ${show(values.at(-1) ?? 0)}`).join(', ');
  return <div ref={host} role="img" aria-label={`${label}: ${last}`} className="sw-chart" />;
}
