import { screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { NodePool } from '../../api/types';
import { show } from '../../test/render';
import { jsonReply, serve } from '../../test/server';
import { ScalePool } from './ScalePool';

const pool = { metadata: { name: 'web-workers', namespace: 'demo' }, spec: { clusterName: 'web', replicas: 2 } } as NodePool;
const more = () => userEvent.click(screen.getByRole('button', { name: 'One node more in web-workers' }));

describe('ScalePool', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('tells what + would do, and does it only when told to', async () => {
    const asked = serve(({ method }) => (method === 'PATCH' ? jsonReply(pool) : jsonReply({ message: 'no plan' }, 404)));
    show(<ScalePool pool={pool} disabled={false} />);
    await more();
    expect(screen.getByText(/1 machine will be made/)).toBeVisible();
    expect(asked.some(({ method }) => method === 'PATCH')).toBe(false);

    await userEvent.click(screen.getByRole('button', { name: 'Apply' }));

    const patch = asked.find(({ method }) => method === 'PATCH');
    expect(patch?.path).toContain('/namespaces/demo/nodepools/web-workers');
    expect(patch?.body).toEqual({ spec: { replicas: 3 } });
  });

  it('keeps the old size when somebody thinks better of it', async () => {
    serve(() => jsonReply({}, 404));
    show(<ScalePool pool={pool} disabled={false} />);
    await userEvent.click(screen.getByRole('button', { name: 'One node less in web-workers' }));
    expect(screen.getByText(/drained and deleted/)).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Keep 2' }));
    expect(screen.queryByRole('button', { name: 'Apply' })).toBeNull();
  });

  it('tells a refusal in the words of the server', async () => {
    const causes = [{ field: 'spec.replicas', message: 'quota of tenant demo exceeded: nodes short by 1', reason: 'FieldValueForbidden' }];
    serve(({ method }) => (method === 'PATCH' ? jsonReply({ message: 'invalid', reason: 'Invalid', code: 422, details: { causes } }, 422) : jsonReply({}, 404)));
    show(<ScalePool pool={pool} disabled={false} />);
    await more();
    await userEvent.click(screen.getByRole('button', { name: 'Apply' }));
    await waitFor(() => expect(screen.getByText(/nodes short by 1/)).toBeVisible());
    expect(screen.getByText('The pool keeps its size')).toBeVisible();
  });
});
