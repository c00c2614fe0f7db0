import '@testing-library/jest-dom/vitest';
import { cleanup } from '@testing-library/react';
import { afterEach } from 'vitest';

afterEach(() => {
  cleanup();
  localStorage.clear();
});

// The test's browser has no locks: every connection may last.
Object.defineProperty(navigator, 'locks', {
  value: { request: (name: string, _options: unknown, work: (lock: object) => unknown) => Promise.resolve(work({ name })) },
});
