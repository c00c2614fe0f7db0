import {
  Button, Dropdown, DropdownList, MenuToggle, SearchInput, Toolbar, ToolbarContent, ToolbarGroup, ToolbarItem, DropdownItem,
} from '@patternfly/react-core';
import { ColumnsIcon } from '@patternfly/react-icons/dist/esm/icons/columns-icon';
import { type ReactNode, useMemo, useState } from 'react';
import type { Column, Filter, TableState } from '../lib/tableState';
import { Choice } from './Choice';

interface Props<T> {
  state: TableState<T>;
  columns: Column<T>[];
  filters: Filter<T>[];
  items: T[];
  found: number;
  complete: boolean;
  actions: ReactNode;
  label: string;
}

export function TableToolbar<T>({ state, columns, filters, items, found, complete, actions, label }: Props<T>): ReactNode {
  const filtered = state.query !== '' || filters.some((filter) => state.chosen(filter));
  const count = `${found.toLocaleString('en')}${filtered ? ` of ${items.length.toLocaleString('en')}` : ''}`;
  return (
    <Toolbar inset={{ default: 'insetNone' }}>
      <ToolbarContent>
        <ToolbarItem>
          <SearchInput aria-label={`Search ${label.toLowerCase()}`} placeholder="Search" value={state.query} onChange={(_event, text) => state.setQuery(text)} onClear={() => state.setQuery('')} />
        </ToolbarItem>
        <ToolbarGroup variant="filter-group">
          {filters.map((filter) => (
            <ToolbarItem key={filter.id}>
              <FilterChoice filter={filter} items={items} state={state} />
            </ToolbarItem>
          ))}
          {filtered && (
            <ToolbarItem>
              <Button variant="link" isInline onClick={state.clear}>Clear</Button>
            </ToolbarItem>
          )}
        </ToolbarGroup>
        <ToolbarGroup align={{ default: 'alignEnd' }}>
          <ToolbarItem alignSelf="center">
            <span className="sw-subtle" role="status">{complete ? count : `${count}, loading more…`}</span>
          </ToolbarItem>
          <ToolbarItem>
            <ColumnChoice state={state} columns={columns} />
          </ToolbarItem>
          {actions && <ToolbarItem>{actions}</ToolbarItem>}
        </ToolbarGroup>
      </ToolbarContent>
    </Toolbar>
  );
}

function FilterChoice<T>({ filter, items, state }: { filter: Filter<T>; items: T[]; state: TableState<T> }): ReactNode {
  const chosen = state.chosen(filter);
  const options = useMemo(() => {
    const counts = new Map<string, number>();
    for (const item of items) {
      const value = filter.of(item);
      if (value) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    if (chosen && !counts.has(chosen)) counts.set(chosen, 0);
    const values = [...counts.entries()].sort(([one], [other]) => one.localeCompare(other));
    return values.map(([value, count]) => ({ value, label: `${filter.name?.(value) ?? value} (${count.toLocaleString('en')})` }));
  }, [filter, items, chosen]);
  return <Choice label={filter.label} prefix value={chosen} options={[{ value: '', label: 'all' }, ...options]} onChange={(value) => state.choose(filter, value)} />;
}

function ColumnChoice<T>({ state, columns }: { state: TableState<T>; columns: Column<T>[] }): ReactNode {
  const [open, setOpen] = useState(false);
  return (
    <Dropdown
      isOpen={open}
      onOpenChange={setOpen}
      onSelect={(_event, id) => state.toggle(String(id))}
      popperProps={{ position: 'right' }}
      toggle={(ref) => <MenuToggle ref={ref} variant="plain" icon={<ColumnsIcon />} aria-label="Columns" onClick={() => setOpen(!open)} isExpanded={open} />}
    >
      <DropdownList>
        {columns.slice(1).map(({ id, label }) => (
          <DropdownItem key={id} value={id} hasCheckbox isSelected={state.shown.some((column) => column.id === id)}>
            {label}
          </DropdownItem>
        ))}
      </DropdownList>
    </Dropdown>
  );
}
