<?php

declare(strict_types=1);

namespace Hookwright\Internal;

use Hookwright\Extensions;
use Hookwright\Extensions\DeliveryContext;
use Hookwright\Extensions\EventContext;
use Hookwright\Options;
use Hookwright\Storage\Blob;
use Hookwright\Storage\Mode;
use Hookwright\Storage\ResultSet;
use Hookwright\Storage\Statement;
use Hookwright\Storage\Storage;
use Hookwright\Storage\StorageError;

/**
 * Answers what the component asks of the host: SQL, clock, random bytes, log, configuration, callbacks.
 *
 * A callback that throws has refused; what it threw is kept for the exception that the caller sees.
 *
 * @internal
 */
final class Imports
{
    private const LEVELS = ['debug' => LOG_DEBUG, 'info' => LOG_INFO, 'warn' => LOG_WARNING, 'error' => LOG_ERR];

    private readonly Extensions $extensions;

    /** @var list<list<\Throwable>> what callbacks and the database have thrown, for each call that is under way */
    private array $thrown = [];

    public function __construct(private readonly Storage $storage, private readonly Options $options)
    {
        $this->extensions = $options->extensions ?? new Extensions();
    }

    /** @return array<string, mixed> without the settings, of which some are keys */
    public function __debugInfo(): array
    {
        return ['storage' => $this->storage, 'options' => $this->options];
    }

    /** A call begins. */
    public function begin(): void
    {
        $this->thrown[] = [];
    }

    /**
     * A call has ended.
     *
     * @return list<\Throwable> what was thrown in it
     */
    public function end(): array
    {
        return array_pop($this->thrown) ?? [];
    }

    /** The answer to an import, as JSON. */
    public function answer(string $name, string $arguments): string
    {
        $arguments = Json::decode($arguments);

        return Json::encode(match ($name) {
            'storage.sql-dialect' => $this->storage->dialect()->value,
            'storage.execute' => $this->execute($arguments[0], $arguments[1]),
            'environment.now' => $this->options->clock === null
                ? (int) (microtime(true) * 1000)
                : ($this->options->clock)(),
            'environment.random-bytes' => base64_encode($this->random($arguments[0])),
            'environment.log' => $this->log($arguments[0], $arguments[1]),
            'environment.config' => array_map(
                static fn (string $key, string $value) => [$key, $value],
                array_keys($this->options->config),
                array_values($this->options->config),
            ),
            'extensions.topics' => array_map(static fn ($topic) => $topic->toWire(), $this->extensions->topics()),
            'extensions.interests' => array_map(static fn ($one) => $one->toWire(), $this->extensions->interests()),
            'extensions.build-data' => $this->hook(fn () => Json::data($this->extensions->buildData(
                EventContext::fromWire($arguments[0]),
                Json::forPeople($arguments[1]),
            ))),
            'extensions.filter-data' => $this->hook(fn () => Json::data($this->extensions->filterData(
                EventContext::fromWire($arguments[0]),
                Json::forPeople($arguments[1]),
            ))),
            'extensions.should-deliver' => $this->hook(fn () => $this->extensions->shouldDeliver(
                EventContext::fromWire($arguments[0]),
                $arguments[1],
                Json::forPeople($arguments[2]),
            )),
            'extensions.filter-request' => $this->hook(fn () => $this->extensions->filterRequest(
                DeliveryContext::fromWire($arguments[0]),
                $arguments[1],
            )),
            'extensions.after-delivery' => $this->hook(function () use ($arguments): mixed {
                $this->extensions->afterDelivery(
                    DeliveryContext::fromWire($arguments[0]),
                    Json::decode($arguments[1]),
                );

                return null;
            }),
            default => throw new \LogicException("this package does not know the import {$name}"),
        }, $name);
    }

    /**
     * @param list<array<string, mixed>> $statements
     *
     * @return array<string, mixed>
     */
    private function execute(string $mode, array $statements): array
    {
        try {
            $results = $this->storage->execute(Mode::from($mode), array_map(self::statement(...), $statements));
        } catch (StorageError $error) {
            $this->keep($error->getPrevious() ?? $error);

            return ['err' => [$error->kind => self::readable($error->value)]];
        }

        return ['ok' => array_map(static fn (ResultSet $result) => [
            'values' => array_map(self::written(...), $result->values),
            'affected' => $result->affected,
        ], $results)];
    }

    /** @param array<string, mixed> $wire */
    private static function statement(array $wire): Statement
    {
        $params = array_map(static fn ($param) => match (true) {
            $param === 'null' => null,
            isset($param['blob']) => new Blob((string) base64_decode($param['blob'], true)),
            default => $param['integer'] ?? $param['text'],
        }, $wire['params']);

        return new Statement($wire['sql'], $params, $wire['columns'], $wire['expect']);
    }

    private static function written(null|int|string|Blob $value): mixed
    {
        return match (true) {
            $value === null => 'null',
            is_int($value) => ['integer' => $value],
            $value instanceof Blob => ['blob' => base64_encode($value->bytes)],
            default => ['text' => $value],
        };
    }

    /** @return array<string, mixed> */
    private function hook(\Closure $work): array
    {
        try {
            return ['ok' => $work()];
        } catch (\Throwable $thrown) {
            $this->keep($thrown);

            return ['err' => self::readable($thrown::class . ': ' . $thrown->getMessage())];
        }
    }

    private function keep(\Throwable $thrown): void
    {
        $last = array_key_last($this->thrown);
        if ($last !== null) {
            $this->thrown[$last][] = $thrown;
        }
    }

    private function random(int $len): string
    {
        return $this->options->random === null ? random_bytes(max(1, $len)) : ($this->options->random)($len);
    }

    private function log(string $level, string $line): mixed
    {
        if ($this->options->log !== null) {
            ($this->options->log)($level, $line);
        } elseif (self::LEVELS[$level] <= LOG_WARNING) {
            // Names and answers of strangers can be in it.
            error_log("hookwright {$level}: " . preg_replace('/[[:cntrl:]]/', ' ', $line));
        }

        return null;
    }

    /** Words of databases and people may hold bytes that are not UTF-8. */
    private static function readable(int|string $words): int|string
    {
        return is_int($words) || preg_match('//u', $words) === 1
            ? $words
            : (string) preg_replace('/[\x80-\xFF]/', '?', $words);
    }
}
