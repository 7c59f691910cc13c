<?php

declare(strict_types=1);

// The clock that a scenario sets, and random bytes that its name decides; ../README.md says how.

namespace Hookwright\Conformance;

final class Surroundings
{
    public int $now = 1_600_000_000_000;

    private int $step = 0;

    /** @var array<string, int> */
    private array $calls = [];

    private string $stream = '';

    private int $drawn = 0;

    public function __construct(private readonly string $scenario)
    {
    }

    public function beginStep(int $number): void
    {
        $this->step = $number;
        $this->calls = [];
    }

    public function beginCall(string $name): void
    {
        $this->calls[$name] = ($this->calls[$name] ?? 0) + 1;
        $this->stream = "{$this->scenario}/{$this->step}/{$name}/{$this->calls[$name]}";
        $this->drawn = 0;
    }

    public function randomBytes(int $length): string
    {
        $first = intdiv($this->drawn, 32);
        $last = intdiv($this->drawn + $length, 32);
        $blocks = '';
        for ($number = $first; $number <= $last; $number++) {
            $blocks .= hash('sha256', "{$this->stream}/{$number}", true);
        }
        $bytes = substr($blocks, $this->drawn % 32, $length);
        $this->drawn += $length;

        return $bytes;
    }
}
