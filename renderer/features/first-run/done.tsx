import { Archive, Gauge, History, ShieldPlus, Vault } from 'lucide-react';
import type { Answer } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { JourneyResult } from '../../components/journey-result.tsx';
import { Notice } from '../../components/notice.tsx';
import { navigate } from '../../stores/navigation.ts';
import { Sentences } from '../token/sentences.tsx';
import type { Draft } from './draft.ts';

type Bound = Answer<'region.attach'>;

/** What there is now, what that rests on, and what to do before anything is trusted to it. */
export function Done({ bound, draft }: { readonly bound: Bound; readonly draft: Draft }) {
  const { realm, region, warnings } = bound;
  return (
    <JourneyResult
      outcome="done"
      title={TITLES[draft.way ?? 'create'](realm.name)}
      done={[
        `The token ${region.token.tokenLabel} holds the realm keys, proven by their check values.`,
        `It serves the region ${region.regionId} (${region.regionKey}).`,
        `${draft.administrator} is signed in and is the administrator of this home.`,
      ]}
      next={
        draft.way === 'create' ? (
          <>
            <Button variant="primary" icon={ShieldPlus} onPress={() => navigate('enrolment')}>
              Enrol a second token
            </Button>
            <Button icon={Archive} onPress={() => navigate('recovery-kit')}>
              Make a recovery kit
            </Button>
            <Button icon={Vault} onPress={() => navigate('vaults')}>
              Create a vault
            </Button>
          </>
        ) : (
          <>
            <Button variant="primary" icon={History} onPress={() => navigate('restore')}>
              Restore a backup
            </Button>
            <Button icon={Gauge} onPress={() => navigate('overview')}>
              Go to the overview
            </Button>
            <Button icon={ShieldPlus} onPress={() => navigate('enrolment')}>
              Enrol a further token
            </Button>
          </>
        )
      }
    >
      <Notice tone="warning" title="What the realm rests on now">
        <Sentences of={warnings} />
      </Notice>
    </JourneyResult>
  );
}

const TITLES: Readonly<Record<NonNullable<Draft['way']>, (realm: string) => string>> = {
  create: (realm) => `The realm ${realm} was created.`,
  attach: (realm) => `This home now belongs to the realm ${realm}.`,
  kit: (realm) => `The realm keys of ${realm} were rebuilt in the new token.`,
  enrol: (realm) => `This home now belongs to the realm ${realm}.`,
  practice: (realm) => `The practice realm ${realm} is open.`,
};
