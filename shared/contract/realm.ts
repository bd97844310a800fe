import { z } from 'zod';
import { capabilityProfileSchema } from '../domain/capability-profile.ts';
import { realmNameSchema, realmSchema, regionSchema } from '../domain/realm.ts';
import {
  confirmWordsField,
  newRegionFields,
  pageOf,
  pathSchema,
  regionField,
  tokenFields,
} from './fields.ts';
import { operation } from './operation.ts';
import { administratorField } from './operator.ts';

export const createRealm = operation({
  name: 'realm.create',
  summary: 'Create the realm: make its two keys in a token and bind that token to the first region.',
  request: z.strictObject({
    name: realmNameSchema.describe('Name of the realm'),
    tenancyName: realmNameSchema.describe('Name of the tenancy, the root compartment'),
    ...newRegionFields,
    administrator: administratorField,
  }),
  response: z.object({ realm: realmSchema, region: regionSchema, warnings: z.array(z.string()) }),
  errors: ['Conflict', 'NotAuthenticated', 'IncorrectState', 'NotAuthorizedOrNotFound'],
  permission: 'REALM_MANAGE',
  isBeforeFirstOperator: true,
});

export const getRealm = operation({
  name: 'realm.get',
  summary: 'Show the realm and on how many tokens its keys are proven to exist.',
  request: z.strictObject({}),
  response: realmSchema.extend({
    provenTokens: z.array(z.object({ regionId: z.string(), tokenLabel: z.string(), timeProven: z.string() })),
    warnings: z.array(z.string()),
  }),
  errors: ['NotAuthorizedOrNotFound'],
  permission: 'REALM_INSPECT',
  isReadOnly: true,
});

export const listRegions = operation({
  name: 'region.list',
  summary: 'List the attached regions and their tokens.',
  request: z.strictObject({}),
  response: pageOf(regionSchema),
  errors: [],
  permission: 'REALM_INSPECT',
  isReadOnly: true,
});

export const getRegion = operation({
  name: 'region.get',
  summary: 'Show one region: its token and what that token can do.',
  request: z.strictObject({ region: regionField }),
  response: regionSchema,
  errors: ['NotAuthorizedOrNotFound'],
  permission: 'REALM_INSPECT',
  isReadOnly: true,
});

export const probeRegion = operation({
  name: 'region.probe',
  summary:
    'Try what a token can do (RFC 5649, what it enforces, key types): one of an attached region, or one not in use yet.',
  request: z.strictObject({
    region: regionField.optional(),
    ...tokenFields,
    module: tokenFields.module.optional(),
  }),
  response: capabilityProfileSchema,
  errors: ['NotAuthorizedOrNotFound', 'NotAuthenticated', 'IncorrectState'],
  permission: 'REALM_INSPECT',
  isBeforeFirstOperator: true,
});

export const requestEnrolment = operation({
  name: 'region.enrol-request',
  summary:
    'Enrolment, step 1, on the new token: make a transport key and the request file; read its twelve words to the other side.',
  request: z.strictObject({
    ...newRegionFields,
    out: pathSchema.describe('Where to write the request file'),
  }),
  response: z.object({
    requestId: z.string(),
    regionId: z.string(),
    requestFile: z.string(),
    words: z.string(),
    next: z.string(),
  }),
  errors: ['Conflict', 'NotAuthenticated', 'IncorrectState', 'NotAuthorizedOrNotFound'],
  permission: 'REALM_MANAGE',
  isBeforeFirstOperator: true,
});

export const grantEnrolment = operation({
  name: 'region.enrol-grant',
  summary:
    'Enrolment, step 2, on a token that has the realm keys: check the words, wrap the realm keys for the new token, write the grant file.',
  request: z.strictObject({
    region: regionField.optional().describe('Region whose token grants; needed when several are attached'),
    request: pathSchema.describe('The request file'),
    confirmWords: confirmWordsField,
    out: pathSchema.describe('Where to write the grant file'),
  }),
  response: z.object({
    requestId: z.string(),
    regionId: z.string(),
    grantFile: z.string(),
    words: z.string(),
    rbkCheckValue: z.string(),
    rakCheckValue: z.string(),
    oaepHash: z.string(),
    warnings: z.array(z.string()),
    next: z.string(),
  }),
  errors: ['NotAuthorizedOrNotFound', 'NotAuthenticated', 'IncorrectState'],
  isApprovable: true,
  permission: 'REALM_MANAGE',
  workRequest: 'ENROL_REGION',
});

export const acceptEnrolment = operation({
  name: 'region.enrol-accept',
  summary:
    'Enrolment, step 3, on the new token: check the words and check values, take the realm keys in, bind the region.',
  request: z.strictObject({
    region: regionField,
    grant: pathSchema.describe('The grant file'),
    confirmWords: confirmWordsField,
    administrator: administratorField,
  }),
  response: z.object({ realm: realmSchema, region: regionSchema, warnings: z.array(z.string()) }),
  errors: ['NotAuthorizedOrNotFound', 'NotAuthenticated', 'Conflict', 'IncorrectState'],
  isApprovable: true,
  permission: 'REALM_MANAGE',
  isBeforeFirstOperator: true,
});

export const attachRegion = operation({
  name: 'region.attach',
  summary:
    'Bind a token that already holds the realm keys to a region of this home, proven by their check values.',
  request: z.strictObject({ ...newRegionFields, administrator: administratorField }),
  response: z.object({ realm: realmSchema, region: regionSchema, warnings: z.array(z.string()) }),
  errors: ['NotAuthorizedOrNotFound', 'NotAuthenticated', 'Conflict', 'IncorrectState'],
  isApprovable: true,
  permission: 'REALM_MANAGE',
  isBeforeFirstOperator: true,
});

export const detachRegion = operation({
  name: 'region.detach',
  summary: 'Forget the token of a region; the token keeps its keys and the catalog its records.',
  request: z.strictObject({ region: regionField }),
  response: z.object({ regionId: z.string() }),
  errors: ['NotAuthorizedOrNotFound'],
  isApprovable: true,
  permission: 'REALM_MANAGE',
});
