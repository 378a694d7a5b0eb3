/**
 * The pages of the documentation and the code in them, for the tests that hold pages and program together. Every fenced
 * block names its language, and each language has a test that compiles, parses or runs what stands there:
 *
 * <table>
 * <caption>languages of code blocks</caption>
 * <tr><th>fence</th><th>checked by</th></tr>
 * <tr><td>{@code console}</td><td>lines after {@code $} are parsed by the program's own command line</td></tr>
 * <tr><td>{@code sh}</td><td>so is every line</td></tr>
 * <tr><td>{@code java}</td><td>compiled as the body of a method; a comment before the block, {@code <!-- imports: ...
 *     given: ... -->}, says what it stands in; with the word {@code run} also run</td></tr>
 * <tr><td>{@code properties node}</td><td>a node's own parser</td></tr>
 * <tr><td>{@code properties spring}</td><td>the metadata of Spring Boot and of the driver</td></tr>
 * <tr><td>{@code promql}</td><td>what a registry shows</td></tr>
 * <tr><td>{@code xml}</td><td>the project's own coordinates</td></tr>
 * <tr><td>{@code text}</td><td>nothing; a comment before it, {@code <!-- unchecked: ... -->}, says why</td></tr>
 * </table>
 *
 * <p>Imported by tests of the modules that have the class path for a language. Stateless.
 */
@NullMarked
package io.replsqlite.harness.pages;

import org.jspecify.annotations.NullMarked;
