/** Injection token of what a service keeps in the database. */
export const DATABASE_OPTIONS = Symbol('wattmesh:database-options');
