package io.replsqlite.harness.rig;

/** What hears all that a caller says, after the callee. Never fails: what becomes of it is nobody's concern. */
interface Repetition {
    Repetition NONE = new Repetition() {
        @Override
        public void say(byte[] piece, int length) {}

        @Override
        public void end() {}
    };

    void say(byte[] piece, int length);

    /** The caller has said everything, or nothing more can pass. */
    void end();
}
