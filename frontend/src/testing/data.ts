import type { CurrentUser } from "@/shared/session/current-user"

export const ada: CurrentUser = {
  id: "0198a000-0000-7000-8000-000000000001",
  email: "ada@example.com",
  full_name: "Ada Lovelace",
  is_active: true,
  is_superuser: false,
  created_at: "2026-01-02T03:04:05Z",
  last_seen_at: null,
}

export const config = { project_name: "Joinery", registration_open: false }
