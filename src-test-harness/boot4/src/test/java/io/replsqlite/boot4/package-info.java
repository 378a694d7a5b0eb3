/** An application with Spring Boot 4 beside a follower of two real nodes. */
@NullMarked
package io.replsqlite.boot4;

import org.jspecify.annotations.NullMarked;
