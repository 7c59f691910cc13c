<?php

declare(strict_types=1);

// The PHP host under the suite: calls by name through the package's door to the C library, sending through its
// dispatcher.

namespace Hookwright\Conformance;

use Hookwright\Deliveries\Request;
use Hookwright\Deliveries\Response;
use Hookwright\Dispatcher;
use Hookwright\DispatcherOptions;
use Hookwright\Hookwright;
use Hookwright\Internal\Door;
use Hookwright\Internal\Imports;
use Hookwright\Internal\InProcess;
use Hookwright\Options;
use Hookwright\Storage\PdoStorage;

final class Host
{
    private const SUMMARY = ['attempts', 'delivered', 'retrying', 'exhausted', 'cancelled', 'lost', 'unsettled'];

    private readonly NamedDoor $door;

    /** @var list<\stdClass> */
    private array $told = [];

    /**
     * @param array<string, string> $settings
     * @param list<\stdClass>       $scripts
     */
    public function __construct(string $database, array $settings, array $scripts, Surroundings $surroundings)
    {
        $told = &$this->told;
        $options = new Options(
            config: $settings,
            extensions: extensionsOf($scripts, static function (\stdClass $heard) use (&$told): void {
                $told[] = $heard;
            }),
            log: static fn () => null,
            clock: static fn () => $surroundings->now,
            random: $surroundings->randomBytes(...),
        );
        $door = new InProcess($options, new Imports(PdoStorage::open("sqlite:{$database}"), $options));
        $this->door = new NamedDoor($door, $surroundings);
    }

    /** The result of a step; `$arguments` is JSON text. */
    public function result(\stdClass $step, string $arguments, \Closure $requests): mixed
    {
        if (isset($step->call)) {
            return $this->call($step->call, $arguments);
        }
        if (isset($step->send)) {
            $answer = $this->call($step->send, $arguments);
            if (!isset($answer->ok)) {
                return $answer;
            }
            $result = ['outcome' => $this->send($answer->ok)];
        } else {
            $result = ['summary' => $this->deliver()];
        }
        $result['requests'] = $requests();
        if ($this->told !== []) {
            $result['told'] = $this->told;
            $this->told = [];
        }

        return (object) $result;
    }

    public function call(string $function, string $arguments): mixed
    {
        [$answered, $text] = $this->door->call($function, $arguments);
        $answer = json_decode($text, false, 512, JSON_THROW_ON_ERROR);
        if ($answered) {
            return $answer;
        }

        return $answer->kind === 'invalid-utf8'
            ? (object) ['refused' => 'invalid-utf8']
            : (object) ['refused' => $answer->kind, 'message' => $answer->message];
    }

    private function deliver(): \stdClass
    {
        $dispatcher = $this->dispatcher();
        $this->door->foundNothing = false;
        $summary = $dispatcher->run(function () use ($dispatcher): void {
            if ($this->door->foundNothing) {
                $dispatcher->stop();
            }
        });
        $told = new \stdClass();
        foreach (self::SUMMARY as $name) {
            $told->{$name} = $summary->{$name};
        }

        return $told;
    }

    private function send(\stdClass $request): \stdClass
    {
        $settlement = $this->dispatcher()->send(Request::fromWire((array) $request));
        $outcome = $settlement->outcome->value;

        return (object) ($outcome instanceof Response
            ? ['status' => $outcome->status]
            : ['failure' => $outcome->kind->value]);
    }

    private function dispatcher(): Dispatcher
    {
        // An application opens it on a database; here it is given the door that names its calls.
        $open = \Closure::bind(static fn (Door $door) => new Hookwright($door), null, Hookwright::class);

        return $open($this->door)->dispatcher(new DispatcherOptions(concurrency: 1, pollMs: 5));
    }
}

/** Says which function draws random bytes, and sees claims that give nothing. */
final class NamedDoor implements Door
{
    public bool $foundNothing = false;

    public function __construct(private readonly Door $inner, private readonly Surroundings $surroundings)
    {
    }

    public function open(): void
    {
        $this->inner->open();
    }

    public function call(string $function, string $arguments): array
    {
        $this->surroundings->beginCall($function);
        $answer = $this->inner->call($function, $arguments);
        if ($function === 'deliveries.claim') {
            $this->foundNothing = $this->foundNothing || str_starts_with($answer[1], '{"ok":{"requests":[]');
        }

        return $answer;
    }
}
