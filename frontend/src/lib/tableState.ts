/** What a list shows: search, filters and order are in the address, the choice of columns is the browser's. */
import type { ThProps } from '@patternfly/react-table';
import { type ReactNode, useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';

export interface Column<T> {
  id: string;
  label: string;
  render: (item: T) => ReactNode;
  sort?: (item: T) => string | number;
  width?: ThProps['width'];
  truncate?: boolean;
  hidden?: boolean; // until somebody asks for it
}

export interface Filter<T> {
  id: string;
  label: string;
  of: (item: T) => string;
  name?: (value: string) => string;
}

export interface TableState<T> {
  query: string;
  setQuery: (text: string) => void;
  chosen: (filter: Filter<T>) => string;
  choose: (filter: Filter<T>, value: string) => void;
  clear: () => void;
  shown: Column<T>[];
  toggle: (id: string) => void;
  sortOf: (column: Column<T>, index: number) => NonNullable<ThProps['sort']>;
  apply: (items: T[], query: string, searched: (item: T) => string) => T[];
}

export function useTableState<T>(name: string, columns: Column<T>[], filters: Filter<T>[]): TableState<T> {
  const [params, setParams] = useSearchParams();
  const [hidden, setHidden] = useHidden(name, columns);
  const shown = useMemo(() => columns.filter(({ id }) => !hidden.includes(id)), [columns, hidden]);
  return useMemo(() => {
    const set = (key: string, value: string): void =>
      setParams((before) => {
        if (value) before.set(key, value);
        else before.delete(key);
        return before;
      }, { replace: true });
    const sorted = params.get('sort') ?? '';
    const down = params.get('order') === 'desc';
    return {
      query: params.get('q') ?? '',
      setQuery: (text) => set('q', text),
      chosen: ({ id }) => params.get(id) ?? '',
      choose: ({ id }, value) => set(id, value),
      clear: () =>
        setParams((before) => {
          ['q', ...filters.map(({ id }) => id)].forEach((key) => before.delete(key));
          return before;
        }, { replace: true }),
      shown,
      toggle: (id) => setHidden(hidden.includes(id) ? hidden.filter((other) => other !== id) : [...hidden, id]),
      sortOf: (column, index) => ({
        columnIndex: index,
        sortBy: { index: shown.findIndex(({ id }) => id === sorted), direction: down ? 'desc' : 'asc' },
        onSort: (_event, _index, direction) =>
          setParams((before) => {
            before.set('sort', column.id);
            before.set('order', direction);
            return before;
          }, { replace: true }),
      }),
      apply: (items, query, searched) => {
        const words = query.toLowerCase().split(/\s+/).filter(Boolean);
        const wanted = filters.flatMap((filter) => (params.get(filter.id) ? [[filter, params.get(filter.id)] as const] : []));
        const found = items.filter((item) => {
          const text = words.length > 0 ? searched(item).toLowerCase() : '';
          return words.every((word) => text.includes(word)) && wanted.every(([filter, value]) => filter.of(item) === value);
        });
        const by = columns.find(({ id }) => id === sorted)?.sort;
        return by ? found.sort((one, other) => compare(by(one), by(other)) * (down ? -1 : 1)) : found;
      },
    };
  }, [params, setParams, columns, shown, filters, hidden, setHidden]);
}

function compare(one: string | number, other: string | number): number {
  return typeof one === 'number' && typeof other === 'number' ? one - other : String(one).localeCompare(String(other), 'en', { numeric: true });
}

function useHidden<T>(name: string, columns: Column<T>[]): [string[], (hidden: string[]) => void] {
  const key = `slipway.columns.${name}`;
  const [hidden, setHidden] = useState<string[]>(() => {
    const stored = localStorage.getItem(key);
    return stored === null ? columns.filter((column) => column.hidden).map(({ id }) => id) : stored.split(',').filter(Boolean);
  });
  return [
    hidden,
    (next) => {
      localStorage.setItem(key, next.join(','));
      setHidden(next);
    },
  ];
}
