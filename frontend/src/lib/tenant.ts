/** Which tenant is looked at: in the address, so that a link shows the same; remembered for the next visit. */
import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

const KEY = 'slipway.tenant';
const ALL = '*';

/** The tenant's name, or '' for all that the user may see. */
export function useTenant(): [string, (name: string) => void] {
  const [params, setParams] = useSearchParams();
  const named = params.get('tenant') ?? localStorage.getItem(KEY) ?? ALL;
  const choose = useCallback(
    (name: string) => {
      localStorage.setItem(KEY, name || ALL);
      setParams((before) => {
        before.set('tenant', name || ALL);
        return before;
      });
    },
    [setParams],
  );
  return [named === ALL ? '' : named, choose];
}

/** Part of a Source: the namespace, if one is chosen. */
export function within(tenant: string): { namespace?: string } {
  return tenant ? { namespace: tenant } : {};
}
