# Kafka Connect with Debezium from the same pom.xml as everywhere. Built with the folder crm_ops as context.
FROM maven:3-eclipse-temurin-17 AS jars
COPY kafka/pom.xml /build/pom.xml
RUN mvn -q -B -f /build/pom.xml dependency:copy-dependencies -DoutputDirectory=/jars -DincludeScope=runtime

FROM eclipse-temurin:17-jre
COPY --from=jars /jars /opt/crm/jars
RUN useradd --system crm
USER crm
EXPOSE 8083
CMD ["java", "-Xmx1g", "-XX:+ExitOnOutOfMemoryError", "-cp", "/opt/crm/jars/*", "org.apache.kafka.connect.cli.ConnectDistributed", "/opt/crm/connect.properties"]
