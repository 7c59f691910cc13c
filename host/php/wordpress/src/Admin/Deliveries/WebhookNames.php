<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin\Deliveries;

use Hookwright\Exception\HookwrightException;
use Hookwright\Hookwright;
use Hookwright\Registry\Query;
use Hookwright\Registry\Sort;
use Hookwright\Types\Paging;
use Hookwright\Types\Scope;
use Hookwright\WordPress\Admin\Table;

/** Names of webhooks by their ids; each is asked for once. */
final class WebhookNames
{
    /** @var array<string, string|null> null: it does not exist any more */
    private array $known = [];

    public function __construct(private readonly Hookwright $hookwright)
    {
    }

    public function of(string $id): ?string
    {
        if (!array_key_exists($id, $this->known)) {
            try {
                $this->known[$id] = $this->hookwright->registry->get(Scope::all(), $id)->name;
            } catch (HookwrightException) {
                $this->known[$id] = null;
            }
        }

        return $this->known[$id];
    }

    /** @return array<string, string> the first hundred, by name */
    public function all(): array
    {
        $page = $this->hookwright->registry->find(new Query(Scope::all(), Sort::Name, false, new Paging(1, Table::MOST_ROWS)));
        $names = [];
        foreach ($page->items as $webhook) {
            $names[$webhook->id] = $this->known[$webhook->id] = $webhook->name;
        }

        return $names;
    }
}
