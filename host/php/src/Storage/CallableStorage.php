<?php

declare(strict_types=1);

namespace Hookwright\Storage;

/** A storage that is one function of the application. */
final class CallableStorage implements Storage
{
    private readonly \Closure $execute;

    /** @param callable(Mode, list<Statement>): list<ResultSet> $execute as in `Storage` */
    public function __construct(private readonly Dialect $dialect, callable $execute)
    {
        $this->execute = $execute(...);
    }

    public function dialect(): Dialect
    {
        return $this->dialect;
    }

    public function execute(Mode $mode, array $statements): array
    {
        return ($this->execute)($mode, $statements);
    }
}
