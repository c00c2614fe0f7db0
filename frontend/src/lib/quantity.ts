/** Kubernetes quantities: 500m, 4Gi, 2Ti. */

const FACTORS: Record<string, number> = {
  m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15,
  Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50,
};

export function amount(quantity: string | number | null | undefined): number {
  const match = /^([\d.]+(?:e\d+)?)([a-zA-Z]*)$/.exec(String(quantity ?? '0'));
  return match ? Number(match[1]) * (FACTORS[match[2] ?? ''] ?? 1) : 0;
}

export function bytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  const power = count > 0 ? Math.min(units.length - 1, Math.floor(Math.log2(count) / 10)) : 0;
  const value = count / 2 ** (10 * power);
  return `${value >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(1)} ${units[power] ?? 'B'}`;
}

export function cores(count: number): string {
  return Number.isInteger(count) ? String(count) : count.toFixed(2);
}
