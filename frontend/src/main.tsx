import { StrictMode } from "react"
import { createRoot } from "react-dom/client"
import { followTheme } from "@/shared/theme/theme"
import { createApp } from "./app"
import "./styles.css"

const root = document.getElementById("root")
if (!root) throw new Error("index.html has no #root")

followTheme()
const { App } = createApp()
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
