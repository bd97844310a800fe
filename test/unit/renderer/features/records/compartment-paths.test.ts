import { expect, it } from 'vitest';
import { pathsOf } from '../../../../../renderer/features/records/compartment-paths.ts';

it('compartments are shown with what they lie in, from the tenancy down', () => {
  const paths = pathsOf([
    { id: 'cards', compartmentId: 'payments', name: 'Cards' },
    { id: 'tenancy', name: 'Tenancy' },
    { id: 'payments', compartmentId: 'tenancy', name: 'Payments' },
    { id: 'stray', compartmentId: 'not shown', name: 'Stray' },
  ]);
  expect(Object.fromEntries(paths)).toEqual({
    cards: 'Tenancy / Payments / Cards',
    tenancy: 'Tenancy',
    payments: 'Tenancy / Payments',
    stray: 'Stray',
  });
});

it('a circle, which no catalog has, ends', () => {
  const paths = pathsOf([
    { id: 'one', compartmentId: 'other', name: 'One' },
    { id: 'other', compartmentId: 'one', name: 'Other' },
  ]);
  expect(paths.get('one')).toContain('One');
});
