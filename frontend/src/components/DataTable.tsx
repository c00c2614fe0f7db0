/** A list of any length: searched, filtered by the address, sorted, with columns of one's own; only what is seen is drawn. */
import { InnerScrollContainer, OuterScrollContainer, Table, Tbody, Th, Thead, Tr } from '@patternfly/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, type ReactNode, useDeferredValue, useMemo, useRef } from 'react';
import { type Column, type Filter, useTableState } from '../lib/tableState';
import { Empty, Loading } from './States';
import { TableToolbar } from './TableToolbar';

const ROW_HEIGHT = 45;
const ALL_DRAWN = 60; // below this, virtual rows would only cost

interface DataTableProps<T> {
  label: string;
  name: string; // under which the columns are remembered
  items: T[];
  complete: boolean;
  columns: Column<T>[];
  filters?: Filter<T>[];
  searched: (item: T) => string;
  keyOf: (item: T) => string;
  empty: ReactNode;
  actions?: ReactNode;
}

export function DataTable<T>(props: DataTableProps<T>): ReactNode {
  const { label, name, items, complete, columns, filters = [], searched, keyOf, empty, actions } = props;
  const state = useTableState(name, columns, filters);
  const query = useDeferredValue(state.query);
  const found = useMemo(() => state.apply(items, query, searched), [state, items, query, searched]);
  const scroller = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- we do not use React's compiler
  const virtual = useVirtualizer({
    count: found.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    getItemKey: (index) => keyOf(found[index] as T),
  });
  if (items.length === 0) return complete ? empty : <Loading what={`Loading ${label.toLowerCase()}`} />;

  const few = found.length <= ALL_DRAWN;
  const rows = few ? found.map((item, index) => ({ index, key: keyOf(item), start: 0, end: 0 })) : virtual.getVirtualItems();
  const before = rows[0]?.start ?? 0;
  const after = few ? 0 : virtual.getTotalSize() - (rows.at(-1)?.end ?? 0);
  return (
    <>
      <TableToolbar state={state} columns={columns} filters={filters} items={items} found={found.length} complete={complete} actions={actions} label={label} />
      <OuterScrollContainer className="sw-table">
        <InnerScrollContainer ref={scroller} className="sw-table__scroller" tabIndex={0} aria-label={`${label}, scrollable`} role="region">
          <Table aria-label={label} aria-rowcount={found.length} variant="compact" isStickyHeader>
            <Thead>
              <Tr>
                {state.shown.map((column, index) => (
                  <Th key={column.id} width={column.width} sort={column.sort ? state.sortOf(column, index) : undefined} modifier="nowrap">
                    {column.label}
                  </Th>
                ))}
              </Tr>
            </Thead>
            <Tbody>
              {before > 0 && <tr aria-hidden><td style={{ height: before }} /></tr>}
              {rows.map(({ index, key }) => (
                <Line key={String(key)} index={index} item={found[index]} columns={state.shown as Column<unknown>[]} />
              ))}
              {after > 0 && <tr aria-hidden><td style={{ height: after }} /></tr>}
            </Tbody>
          </Table>
          {found.length === 0 && <Empty title="Nothing fits">No entry fits the search and filters above.</Empty>}
        </InnerScrollContainer>
      </OuterScrollContainer>
    </>
  );
}

/** A row in PatternFly's classes. Its own cells measure themselves, one by one, whenever they are drawn. */
const Line = memo(function Line({ index, item, columns }: { index: number; item: unknown; columns: Column<unknown>[] }): ReactNode {
  return (
    <tr className="pf-v6-c-table__tr" aria-rowindex={index + 1}>
      {columns.map((column) => (
        <td key={column.id} className={`pf-v6-c-table__td ${column.truncate ? 'pf-m-truncate' : 'pf-m-nowrap'}`} data-label={column.label}>
          {column.truncate ? <span className="pf-v6-c-table__text">{column.render(item)}</span> : column.render(item)}
        </td>
      ))}
    </tr>
  );
});
