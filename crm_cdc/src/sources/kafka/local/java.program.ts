import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readLocalConfig, type LocalKafkaConfig } from './config.js';

const run = promisify(execFile);

/** Kafka 4's servers are compiled for it. */
export const JAVA_RELEASE = 17;
const CURE = `install Java ${JAVA_RELEASE} or newer (Debian and Ubuntu: apt-get install openjdk-17-jre-headless), or name its folder in JAVA_HOME`;

/** The release that `java -version` names, for example 17; undefined when it says something else. */
export function javaRelease(said: string): number | undefined {
  const found = /version "(\d+)(?:\.(\d+))?/.exec(said);
  return found === null ? undefined : Number(found[1] === '1' ? found[2] : found[1]);
}

/** Path of a Java that can run Kafka; rejects with the cure when there is none. */
export async function findJava(config: Pick<LocalKafkaConfig, 'javaHome' | 'path'> = readLocalConfig()): Promise<string> {
  const places = [...(config.javaHome === undefined ? [] : [join(config.javaHome, 'bin')]), ...config.path];
  let tooOld = '';
  for (const file of places.map((place) => join(place, 'java')).filter((each) => existsSync(each))) {
    // Java says its version on stderr.
    const said = await run(file, ['-version']).then(({ stderr }) => stderr, () => '');
    const release = javaRelease(said);
    if (release !== undefined && release >= JAVA_RELEASE) return file;
    tooOld = ` (${file} is ${release === undefined ? 'not one' : `Java ${release}`})`;
  }
  throw new Error(`Kafka needs Java ${JAVA_RELEASE}, and none was found${tooOld}: ${CURE}`);
}

/** The folder of jars, checked for the broker, Connect and the connector; throws with the cure. */
export function findJars(folder: string = readLocalConfig().jars): string {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  for (const needed of ['kafka_2.13-', 'connect-runtime-', 'debezium-connector-postgres-']) {
    if (!names.some((name) => name.startsWith(needed) && name.endsWith('.jar'))) {
      throw new Error(`${needed}*.jar is not in ${folder}: run "npm run stack:kafka -- --prepare", which resolves crm_ops/kafka/pom.xml, or name another folder in CRM_KAFKA_JARS`);
    }
  }
  return folder;
}
