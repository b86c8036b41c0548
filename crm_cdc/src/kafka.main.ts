import { join } from 'node:path';
import { loopbackPort, readLocalConfig } from './sources/kafka/local/config.js';
import { startLocalKafka } from './sources/kafka/local/kafka.server.js';
import { runPart } from './sources/kafka/local/part.runner.js';

// The part "kafka" of the distributed profile: the broker that CRM_KAFKA_BROKERS names, on a folder of the product.
runPart(async (log) => {
  const config = readLocalConfig();
  return startLocalKafka({ jars: config.jars, dataDir: join(config.dataDir, 'kafka'), port: loopbackPort('CRM_KAFKA_BROKERS', config.brokers), forwarded: config.forwarded, log });
});
