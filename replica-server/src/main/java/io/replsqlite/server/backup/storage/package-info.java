/**
 * Object stores, reduced to what a backup needs: put if absent, put a stream, read a range, list, delete.
 *
 * <p>Imports {@code base} and {@code files}; the other backup packages import it. A directory is driven by the JDK (its
 * files are synced, and carry the commit's time for Litestream); every other store by Apache OpenDAL, whose classes are
 * named here and nowhere else. Stores are safe for any thread.
 *
 * <h2>Encrypted objects</h2> With a key file, {@link io.replsqlite.server.backup.storage.StoreAccess} puts encryption around whatever
 * store there is: names, sizes and times stay readable, contents do not. Big-endian.
 *
 * <pre>
 * offset  size   meaning                                                       valid when
 * 0       8      magic "RSQLENC1"                                              equal
 * 8       8      key id: SHA-256("replsqlite backup key" key), first 8 bytes   a key of the file
 * 16      4      plain bytes in a full chunk                                   65536
 * 20      12     zero                                                          equal
 * 32      32     salt, random for each object
 * 64      ...    chunks: 65536 bytes encrypted and 16 of tag, as many as are full; then the last one, with less than
 *                65536 bytes, perhaps none, and its tag
 *
 * cipher        AES-256-GCM, each chunk on its own
 * object's key  HMAC-SHA-256(key, "replsqlite backup object" salt)
 * nonce         12 bytes: 1 for the last chunk and 0 for the others (u32), number of the chunk from 0 (u64)
 * bound to it   the 64 bytes of the header, then the object's key in its store (UTF-8), below the database's place
 * </pre>
 *
 * So a range can be read alone, and none of these opens: a changed bit, a chunk at another place, an object that ends early (its
 * last chunk is full, or is not marked as last), or one that was stored under another name.
 */
@NullMarked
package io.replsqlite.server.backup.storage;

import org.jspecify.annotations.NullMarked;
