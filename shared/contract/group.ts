import { z } from 'zod';
import { descriptionSchema, groupSchema } from '../domain/group.ts';
import { principalNameSchema } from '../domain/operator.ts';
import { ifMatchField, pageFields, pageOf, retryTokenField } from './fields.ts';
import { operation } from './operation.ts';
import { operatorNameField } from './operator.ts';

const groupNameField = principalNameSchema.describe('Name of the group');
const groupDescriptionField = descriptionSchema.describe('What the group is for');

const groupAnswerSchema = groupSchema.extend({
  etag: z.string(),
  /** Names of its operators. */
  members: z.array(z.string()),
});

export const createGroup = operation({
  name: 'group.create',
  summary: 'Create a group of operators, for policies to speak of.',
  request: z.strictObject({
    groupName: groupNameField,
    description: groupDescriptionField.default(''),
    retryToken: retryTokenField,
  }),
  response: groupAnswerSchema,
  errors: ['NotAuthorizedOrResourceAlreadyExists', 'NotAllowed'],
  permission: 'GROUP_CREATE',
  isApprovable: true,
});

export const listGroups = operation({
  name: 'group.list',
  summary: 'List the groups and who is in them.',
  request: z.strictObject(pageFields),
  response: pageOf(groupAnswerSchema),
  errors: [],
  permission: 'GROUP_INSPECT',
  isReadOnly: true,
});

export const getGroup = operation({
  name: 'group.get',
  summary: 'Show one group and who is in it.',
  request: z.strictObject({ groupName: groupNameField }),
  response: groupAnswerSchema,
  errors: ['NotAuthorizedOrNotFound'],
  permission: 'GROUP_INSPECT',
  isReadOnly: true,
});

export const updateGroup = operation({
  name: 'group.update',
  summary: 'Change the description of a group.',
  request: z.strictObject({
    groupName: groupNameField,
    description: groupDescriptionField,
    ifMatch: ifMatchField,
  }),
  response: groupAnswerSchema,
  errors: ['NotAuthorizedOrNotFound', 'NoEtagMatch', 'NotAllowed'],
  permission: 'GROUP_UPDATE',
  isApprovable: true,
});

export const deleteGroup = operation({
  name: 'group.delete',
  summary: 'Delete a group; its operators stay, and policies that name it allow them nothing any more.',
  request: z.strictObject({ groupName: groupNameField, ifMatch: ifMatchField }),
  response: groupSchema,
  errors: ['NotAuthorizedOrNotFound', 'NoEtagMatch', 'NotAllowed'],
  permission: 'GROUP_DELETE',
  isApprovable: true,
  confirm: { question: 'Delete the group? What policies allow it, its members can do no more.' },
});

export const addMember = operation({
  name: 'group.add-member',
  summary: 'Put an operator into a group.',
  request: z.strictObject({ groupName: groupNameField, operatorName: operatorNameField }),
  response: groupAnswerSchema,
  errors: ['NotAuthorizedOrNotFound', 'NotAuthorized', 'NotAllowed'],
  permission: 'GROUP_UPDATE',
  isApprovable: true,
});

export const removeMember = operation({
  name: 'group.remove-member',
  summary: 'Take an operator out of a group; the last administrator stays.',
  request: z.strictObject({ groupName: groupNameField, operatorName: operatorNameField }),
  response: groupAnswerSchema,
  errors: ['NotAuthorizedOrNotFound', 'NotAuthorized', 'NotAllowed'],
  permission: 'GROUP_UPDATE',
  isApprovable: true,
});
