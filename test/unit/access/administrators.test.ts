import { describe, expect, it } from 'vitest';
import { AccessHome } from '../../support/access-fixture.ts';

describe('rule R62: the catalog itself is never without an administrator', () => {
  it('its triggers refuse what would leave it so, whoever writes', async () => {
    const home = new AccessHome();
    const officer = await home.administrator();
    const { groups, policies, operators } = home.catalog;
    const group = groups.getByName('Administrators');
    const policy = policies.getByName('Administrators');
    if (group === undefined || policy === undefined) throw new Error('no administrators were made');
    for (const write of [
      () => groups.removeMember(group.id, officer.id),
      () => groups.delete(group.id),
      () => groups.update(group.id, { name: 'Others', nameKey: 'others' }),
      () => groups.update(group.id, { isImmutable: false }),
      () => policies.delete(policy.id),
      () => policies.update(policy.id, { statements: ['Allow any-user to read keys in tenancy'] }),
      () => policies.update(policy.id, { isImmutable: false }),
    ]) {
      expect(() => home.catalog.transaction(write)).toThrow(/administrator/);
    }
    expect(() => operators.delete(officer.id)).toThrow(/FOREIGN KEY/);
    expect(home.allows(officer, 'POLICY_UPDATE')).toBe(true);
  });

  it('there is one first operator only', async () => {
    const home = new AccessHome();
    const [one, other] = await Promise.all([
      home.access.prepareFirstOperator('one', 'correct horse battery staple'),
      home.access.prepareFirstOperator('other', 'correct horse battery staple'),
    ]);
    home.catalog.transaction(one);
    expect(() => home.catalog.transaction(other)).toThrow('not the first');
    expect(home.access.operatorNamed('other')).toBeUndefined();
  });
});
