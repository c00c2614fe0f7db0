import { screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { Column, Filter } from '../lib/tableState';
import { show } from '../test/render';
import { DataTable } from './DataTable';

interface Item {
  name: string;
  colour: string;
}

const COLUMNS: Column<Item>[] = [
  { id: 'name', label: 'Name', sort: ({ name }) => name, render: ({ name }) => name },
  { id: 'colour', label: 'Colour', render: ({ colour }) => colour },
  { id: 'extra', label: 'Extra', hidden: true, render: () => 'extra' },
];
const FILTERS: Filter<Item>[] = [{ id: 'colour', label: 'Colour', of: ({ colour }) => colour }];
const ITEMS = Array.from({ length: 20 }, (_, index) => ({ name: `item-${index}`, colour: index % 2 ? 'red' : 'blue' }));

function table(items: Item[], at = '/', complete = true) {
  return show(
    <DataTable label="Things" name="things" items={items} complete={complete} columns={COLUMNS} filters={FILTERS} searched={({ name }) => name} keyOf={({ name }) => name} empty={<p>nothing yet</p>} />, at,
  );
}
const names = (): string[] => screen.getAllByRole('row').slice(1).map((row) => within(row).getAllByRole('cell')[0]?.textContent ?? '');

describe('DataTable', () => {
  it('says what to do when there is nothing, and waits with words', () => {
    table([]);
    expect(screen.getByText('nothing yet')).toBeVisible();
    table([], '/', false);
    expect(screen.getByText('Loading things…')).toBeVisible();
  });
  it('takes search and filters from the address', () => {
    table(ITEMS, '/?q=item-1&colour=red');
    expect(names()).toEqual(['item-1', 'item-11', 'item-13', 'item-15', 'item-17', 'item-19']);
    expect(screen.getByText('6 of 20')).toBeVisible();
  });
  it('sorts numbers in names as people count', async () => {
    table(ITEMS.slice(0, 12).reverse());
    await userEvent.click(screen.getByRole('button', { name: 'Name' }));
    expect(names().slice(0, 3)).toEqual(['item-0', 'item-1', 'item-2']);
  });
  it('tells how many are still to come', () => {
    table(ITEMS, '/', false);
    expect(screen.getByText('20, loading more…')).toBeVisible();
  });
  it('remembers which columns somebody wants', async () => {
    const first = table(ITEMS);
    expect(screen.queryByRole('columnheader', { name: 'Extra' })).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Columns' }));
    await userEvent.click(screen.getByRole('checkbox', { name: 'Extra' }));
    expect(screen.getByRole('columnheader', { name: 'Extra' })).toBeVisible();
    first.unmount();
    table(ITEMS);
    expect(screen.getByRole('columnheader', { name: 'Extra' })).toBeVisible();
  });
});
