/**
 * Start-up options of every connection whose texts end up in the warehouse: the form of a value must not depend on how the
 * server or the role is configured.
 */
export const textSession = '-c timezone=UTC -c datestyle=ISO -c intervalstyle=iso_8601 -c extra_float_digits=1 -c bytea_output=hex -c client_encoding=UTF8';
