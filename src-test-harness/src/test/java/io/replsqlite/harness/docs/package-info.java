/**
 * Pages of the documentation that are made from the program, and those that show what the program says: each test fails
 * when page and program part, and says how to make the page anew. Test code; imported by nobody.
 */
@NullMarked
package io.replsqlite.harness.docs;

import org.jspecify.annotations.NullMarked;
