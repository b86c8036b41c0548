import { dropSlot, readSlot } from '../sources/embedded/slot.manager.js';
import { until } from './postgres.testing.js';
import type { Profile } from './profile.testing.js';
import { streamProfile } from './stream.profile.testing.js';
import { startTestStack } from './stream.testing.js';

const slot = 'crm_cdc';

/** A Postgres, a warehouse and the stream that reads a slot in this process. */
export async function startEmbeddedProfile(): Promise<Profile> {
  const stack = await startTestStack();
  const shared = streamProfile(stack, { slot }, 60_000);
  return {
    ...shared, name: 'embedded',
    async forget() {
      await shared.stopStream();
      await until('slot released', async () => !(await readSlot(stack.postgres.client, slot))?.active);
      await dropSlot(stack.postgres.client, slot);
    },
    async stop() {
      await shared.stopStream();
      await stack.stop();
    },
  };
}
