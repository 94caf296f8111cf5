import { LaunchError } from '../launch-error.ts';
import { findKafkaJars, type BringOptions } from './bring-kafka-jars.ts';
import { findMaven } from './fetch-with-maven.ts';
import { findJava, type Environment } from './find-java.ts';

/** Whether this machine can run Kafka: it has Java, and the jars or the Maven to fetch them. If not, the reason in words. */
export async function canRunKafka(
  options: BringOptions = {},
  env: Environment = process.env,
): Promise<{ canRun: true } | { canRun: false; reason: string }> {
  try {
    await findJava(env);
    if (!options.maven && !findKafkaJars(options)) findMaven(env);
    return { canRun: true };
  } catch (error) {
    if (error instanceof LaunchError) return { canRun: false, reason: error.message };
    throw error;
  }
}
