import { join } from 'node:path';
import { loopbackPort, readLocalConfig } from './sources/kafka/local/config.js';
import { startLocalConnect } from './sources/kafka/local/connect.server.js';
import { runPart } from './sources/kafka/local/part.runner.js';

// The part "connect" of the distributed profile: the worker that CRM_KAFKA_CONNECT_URL names.
runPart(async (log) => {
  const config = readLocalConfig();
  if (config.brokers === undefined) throw new Error('CRM_KAFKA_BROKERS is not set: name the brokers that Connect works with, for example 127.0.0.1:9092');
  return startLocalConnect({ jars: config.jars, dataDir: join(config.dataDir, 'connect'), brokers: config.brokers, port: loopbackPort('CRM_KAFKA_CONNECT_URL', config.connectUrl), log });
});
