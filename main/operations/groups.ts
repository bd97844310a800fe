import {
  requireAdministrator,
  requireAnotherAdministrator,
  requireMutable,
} from '../access/administrators.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import type { Group } from '../../shared/domain/group.ts';
import { foldName } from '../../shared/domain/operator.ts';
import type { Catalog } from '../catalog/open-catalog.ts';
import type { GroupRecord } from '../catalog/group-store.ts';
import { requireMatch, withEtag } from './etag.ts';
import { requireNameFree } from './name-free.ts';
import { newOcid } from './new-ocid.ts';
import type { OperationHandler } from './operation-context.ts';

export const createGroup: OperationHandler<'group.create'> = ({ catalog, now }, request) => {
  const { groupName, description } = request;
  requireNameFree(catalog.groups.getByName(groupName), 'group', groupName);
  const group: GroupRecord = {
    id: newOcid('group'),
    name: groupName,
    nameKey: foldName(groupName),
    description,
    isImmutable: false,
    timeCreated: now().toISOString(),
  };
  catalog.groups.insert(group);
  return Promise.resolve(answerOf(catalog, group));
};

export const listGroups: OperationHandler<'group.list'> = ({ catalog }, request) => {
  const page = catalog.groups.list(request);
  return Promise.resolve({ ...page, data: page.data.map((group) => answerOf(catalog, group)) });
};

export const getGroup: OperationHandler<'group.get'> = ({ catalog }, { groupName }) =>
  Promise.resolve(answerOf(catalog, catalog.groups.requireByName(groupName)));

export const updateGroup: OperationHandler<'group.update'> = ({ catalog }, request) => {
  const group = catalog.transaction(() => {
    const { id } = requireGroup(catalog, request.groupName, request.ifMatch);
    catalog.groups.update(id, { description: request.description });
    return catalog.groups.require(id);
  });
  return Promise.resolve(answerOf(catalog, group));
};

export const deleteGroup: OperationHandler<'group.delete'> = ({ catalog }, request) => {
  const group = catalog.transaction(() => {
    const found = requireGroup(catalog, request.groupName, request.ifMatch);
    requireMutable(found, 'group');
    catalog.groups.delete(found.id);
    return found;
  });
  return Promise.resolve(groupOf(group));
};

export const addMember: OperationHandler<'group.add-member'> = ({ catalog, operator: caller }, request) => {
  const group = catalog.transaction(() => {
    const found = catalog.groups.requireByName(request.groupName);
    const operator = catalog.operators.requireByName(request.operatorName);
    if (found.isImmutable) requireAdministrator(catalog, caller, 'make somebody an administrator');
    catalog.groups.addMember(found.id, operator.id);
    return found;
  });
  return Promise.resolve(answerOf(catalog, group));
};

export const removeMember: OperationHandler<'group.remove-member'> = (
  { catalog, operator: caller },
  request,
) => {
  const group = catalog.transaction(() => {
    const found = catalog.groups.requireByName(request.groupName);
    const operator = catalog.operators.requireByName(request.operatorName);
    if (!catalog.groups.hasMember(found.id, operator.id)) {
      throw new StrongroomError(
        'NotAuthorizedOrNotFound',
        `The operator ${operator.name} is not in the group ${found.name}.`,
        'Look at who is in it: group get.',
        { reason: 'NotAMember' },
      );
    }
    if (found.isImmutable) {
      requireAdministrator(catalog, caller, 'take somebody out of it');
      requireAnotherAdministrator(catalog, operator);
    }
    catalog.groups.removeMember(found.id, operator.id);
    return found;
  });
  return Promise.resolve(answerOf(catalog, group));
};

function requireGroup(catalog: Catalog, name: string, ifMatch: string | undefined): GroupRecord {
  const group = catalog.groups.requireByName(name);
  requireMatch(ifMatch, withMembers(catalog, group), `The group ${group.name}`);
  return group;
}

function groupOf({ nameKey: _nameKey, ...group }: GroupRecord): Group {
  return group;
}

function withMembers(catalog: Catalog, group: GroupRecord) {
  return { ...groupOf(group), members: catalog.groups.memberNames(group.id) };
}

function answerOf(catalog: Catalog, group: GroupRecord) {
  return withEtag(withMembers(catalog, group));
}
